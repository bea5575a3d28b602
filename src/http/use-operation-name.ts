import type { Plugin } from 'graphql-yoga';

/** Takes an empty operation name for none: some clients send one with every document of a single operation. */
export function useOperationName(): Plugin {
  return {
    onParams({ params, setParams }) {
      if (params.operationName !== '') return;
      const { operationName: _none, ...others } = params;
      setParams(others);
    },
  };
}
