import { createClient } from 'graphql-ws';
import { cacheExchange, Client, fetchExchange, makeOperation, mapExchange, subscriptionExchange } from 'urql';
import { shared } from '../share/shared.ts';
import { shownOnly } from '../share/shown-fields.ts';
import { needsKey } from './errors.ts';
import { keepShown } from './keep-shown.ts';
import { apiKey, keepApiKey, keyHeaders, onApiKey } from './key.ts';
import { setConnected, setSignedOut, setSocket } from './state.ts';
import { tryOn } from './try-on.ts';
import { waitMs } from './wait.ts';

/** The one socket for all that is live: a browser opens few connections to a host, over all its tabs. */
const live = createClient({
  url: () => `${location.origin.replace(/^http/, 'ws')}/graphql`,
  lazy: true,
  lazyCloseTimeout: 5_000,
  shouldRetry: () => true,
  retryAttempts: Number.POSITIVE_INFINITY,
  // Its own pauses double for ever: after an hour's outage the page would come back an hour later.
  retryWait: (attempts) => new Promise((resolve) => setTimeout(resolve, waitMs(attempts, Math.random()))),
  connectionParams: () => keyHeaders(),
  on: {
    connected: () => {
      setConnected(true);
      setSocket(true);
    },
    closed: (event) => {
      // 1000 is our own end, when nothing live is shown any more.
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

/** Of what was shared a tab asks only for what a share is not refused. */
const leaveOutHidden = mapExchange({
  onOperation: (operation) =>
    shared === null || operation.kind === 'teardown'
      ? operation
      : makeOperation(operation.kind, { ...operation, query: shownOnly(operation.query) }, operation.context),
});

/** An answer that failed as a whole has no data: pages ask for `undefined` alone. */
const withoutNull = mapExchange({
  onResult: (result) => (result.data === null ? { ...result, data: undefined } : result),
});

/** Notes of each answer whether the server is there, and whether it asks for a key. */
const noteAnswers = mapExchange({
  onResult: ({ error, operation }) => {
    if (operation.kind !== 'query' && operation.kind !== 'mutation') return;
    if (needsKey(error)) signOut();
    else if (error?.networkError === undefined) setConnected(true);
    else setConnected(false);
  },
});

/**
 * A client that keeps no answers, for the pages of endless lists: a cache would hold every page that ever passed, while
 * the list itself keeps what it shows.
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
      keepShown(),
      tryOn(() => client),
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

// A socket says who it is once, at its beginning.
onApiKey(() => live.terminate());

function signOut(): void {
  if (shared === null && apiKey() !== null) keepApiKey(null);
  setSignedOut(true);
}
