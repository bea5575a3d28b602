import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from './server-context.ts';

/** Records errors in an answer, and answers that come in parts, with the reads. */
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
        const codes = errors.map(({ extensions }) => extensions?.code);
        if (codes.includes('RATE_LIMITED')) record.fail('refused');
        else record.fail(codes.includes('STORE_UNAVAILABLE') ? 'store away' : 'errors');
      }
    },
  };
}
