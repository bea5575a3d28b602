import type { Plugin } from 'graphql-yoga';

/** Treats an empty operation name as none: some clients send one with every document of a single operation. */
export function useOperationName(): Plugin {
  return {
    onParams({ params, setParams }) {
      if (params.operationName !== '') return;
      const { operationName: _none, ...others } = params;
      setParams(others);
    },
  };
}
