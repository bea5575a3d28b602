import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from './server-context.ts';

/**
 * Tells callers with a limit what their request cost and what is left, in the answer and its headers. An answer that the
 * cache may keep is told so when it is sent: see `cache/send.ts`.
 */
export function useCost(): Plugin {
  return {
    onResultProcess({ serverContext, result, setResult }) {
      const { bill, record } = serverContext as ServerContext; // safe: the HTTP side hands it over
      if (!bill || record || Symbol.asyncIterator in result) return;
      const told = (answer: ExecutionResult) => ({
        ...answer,
        extensions: { ...answer.extensions, cost: bill.facts },
      });
      setResult(Array.isArray(result) ? result.map(told) : told(result as ExecutionResult));
    },
    onResponse({ serverContext, response }) {
      const { bill, record } = serverContext as ServerContext; // safe: the HTTP side hands it over
      if (!bill || record) return;
      for (const [name, value] of Object.entries(bill.headers)) response.headers.set(name, value);
    },
  };
}
