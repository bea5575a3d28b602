import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from './server-context.ts';

/**
 * Adds the cost of a request, and what is left, to the answer and headers of a caller with a limit. For an answer
 * that may be cached, `cache/send.ts` does so.
 */
export function useCost(): Plugin {
  return {
    onResultProcess({ serverContext, result, setResult }) {
      const { bill, record } = serverContext as ServerContext; // safe: the HTTP layer sets it
      if (!bill || record || Symbol.asyncIterator in result) return;
      const withCost = (answer: ExecutionResult) => ({
        ...answer,
        extensions: { ...answer.extensions, cost: bill.facts },
      });
      setResult(Array.isArray(result) ? result.map(withCost) : withCost(result as ExecutionResult));
    },
    onResponse({ serverContext, response }) {
      const { bill, record } = serverContext as ServerContext; // safe: the HTTP layer sets it
      if (!bill || record) return;
      for (const [name, value] of Object.entries(bill.headers)) response.headers.set(name, value);
    },
  };
}
