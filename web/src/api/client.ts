import { createClient } from 'graphql-ws';
import { cacheExchange, Client, fetchExchange, makeOperation, mapExchange, subscriptionExchange } from 'urql';
import { shared } from '../share/shared.ts';
import { withoutHiddenFields } from '../share/shown-fields.ts';
import { needsKey } from './errors.ts';
import { keepLastAnswer } from './keep-last-answer.ts';
import { apiKey, keepApiKey, keyHeaders, onApiKey } from './key.ts';
import { setConnected, setSignedOut, setSocket } from './state.ts';
import { retryUnanswered } from './retry-unanswered.ts';
import { waitMs } from './wait.ts';

/** The only socket for live data: browsers limit connections to a host over all tabs. */
const live = createClient({
  url: () => `${location.origin.replace(/^http/, 'ws')}/graphql`,
  lazy: true,
  lazyCloseTimeout: 5_000,
  shouldRetry: () => true,
  retryAttempts: Number.POSITIVE_INFINITY,
  // The library's own pauses double without limit: after an hour's outage the page would reconnect an hour later.
  retryWait: (attempts) => new Promise((resolve) => setTimeout(resolve, waitMs(attempts, Math.random()))),
  connectionParams: () => keyHeaders(),
  on: {
    connected: () => {
      setConnected(true);
      setSocket(true);
    },
    closed: (event) => {
      // 1000 is our own close, when nothing live is shown.
      setConnected((event as { code?: number }).code === 1000);
      setSocket(false);
    },
  },
});

const options = {
  url: '/graphql',
  preferGetMethod: false,
  fetchOptions: () => ({ headers: keyHeaders() }),
};

/** On a shared page, leaves out the fields that a share may not read. */
const leaveOutHidden = mapExchange({
  onOperation: (operation) =>
    shared === null || operation.kind === 'teardown'
      ? operation
      : makeOperation(
          operation.kind,
          { ...operation, query: withoutHiddenFields(operation.query) },
          operation.context,
        ),
});

/** A response that failed entirely has null data, but pages check only for `undefined`. */
const withoutNull = mapExchange({
  onResult: (result) => (result.data === null ? { ...result, data: undefined } : result),
});

/** Notes for each response whether the server answers, and whether it requires a key. */
const noteAnswers = mapExchange({
  onResult: ({ error, operation }) => {
    if (operation.kind !== 'query' && operation.kind !== 'mutation') return;
    if (needsKey(error)) signOut();
    else if (error?.networkError === undefined) setConnected(true);
    else setConnected(false);
  },
});

/**
 * A client without a cache, for the pages of endless lists: a cache would keep every page ever loaded, although the
 * list keeps what it shows.
 */
export const uncachedApi = new Client({
  ...options,
  exchanges: [leaveOutHidden, withoutNull, noteAnswers, fetchExchange],
});

/** Makes the client of the API. */
export function createApi(): Client {
  const client: Client = new Client({
    ...options,
    exchanges: [
      leaveOutHidden,
      keepLastAnswer(),
      retryUnanswered(() => client),
      withoutNull,
      noteAnswers,
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: live.subscribe(
              {
                query: query ?? '',
                ...(variables !== undefined && { variables: variables as Record<string, unknown> }),
              },
              {
                next: (result) => sink.next(result as Parameters<typeof sink.next>[0]),
                error: (cause) => sink.error(cause),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
    ],
  });
  return client;
}

// A socket authenticates once, when it opens.
onApiKey(() => live.terminate());

function signOut(): void {
  if (shared === null && apiKey() !== null) keepApiKey(null);
  setSignedOut(true);
}
