import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from '../app.ts';

/** Tells the record of what was read of errors in an answer, and of an answer that comes in parts. */
export function useReads(): Plugin<object, ServerContext> {
  return {
    onExecutionResult({ result, context: { record } }) {
      if (record === undefined || result === undefined) return;
      if (Symbol.asyncIterator in result) {
        record.never();
        return;
      }
      for (const { errors } of [result].flat() as readonly ExecutionResult[]) {
        if (!errors?.length) continue;
        const isAway = errors.some(({ extensions }) => extensions?.code === 'STORE_UNAVAILABLE');
        record.fail(isAway ? 'store away' : 'errors');
      }
    },
  };
}
