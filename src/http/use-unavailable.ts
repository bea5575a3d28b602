import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ErrorCode } from '../shared/errors.ts';
import { retryAfter } from './errors.ts';

const away: ErrorCode = 'STORE_UNAVAILABLE';

/**
 * Sets HTTP 503 with Retry-After on an answer without data because the database is away. An answer with some data
 * keeps its 200, and a subscription its stream: there only the errors report it.
 */
export function useUnavailable(): Plugin {
  return {
    onResultProcess({ request, result, setResult }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      if (request.headers.get('accept')?.includes('text/event-stream')) return;
      const answer: ExecutionResult = result;
      const retryAt = answer.errors?.find(({ extensions }) => extensions.code === away)?.extensions.retryAt;
      if (typeof retryAt !== 'string' || hasSomething(answer)) return;
      const http = { status: 503, headers: retryAfter({ retryAt: new Date(retryAt) }) };
      setResult({ ...answer, extensions: { ...answer.extensions, http } });
    },
  };
}

const hasSomething = ({ data }: ExecutionResult): boolean =>
  data != null && Object.values(data).some((value) => value !== null);
