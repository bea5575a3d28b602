import {
  type Client,
  composeExchanges,
  type Exchange,
  makeOperation,
  mapExchange,
  type Operation,
} from 'urql';
import { onTeardown } from './on-teardown.ts';
import { waitMs } from './wait.ts';

/**
 * Repeats queries that the server did not answer, while somebody waits for them: soon, then every ten seconds. After
 * the first answer all others follow immediately.
 */
export function retryUnanswered(client: () => Client): Exchange {
  const unanswered = new Map<number, Operation>();
  let attempts = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const askAgain = (): void => {
    timer = undefined;
    attempts += 1;
    for (const operation of unanswered.values())
      client().reexecuteOperation(
        makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' }),
      );
  };
  const askIn = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(askAgain, ms);
  };

  const collect = mapExchange({
    onResult: ({ error, operation }) => {
      if (operation.kind !== 'query') return;
      if (error?.networkError !== undefined) {
        unanswered.set(operation.key, operation);
        if (timer === undefined) askIn(waitMs(attempts, Math.random()));
        return;
      }
      unanswered.delete(operation.key);
      attempts = 0;
      if (unanswered.size > 0 && timer !== undefined) askIn(0);
    },
  });
  return composeExchanges([onTeardown((key) => unanswered.delete(key)), collect]);
}
