import { composeExchanges, type Exchange, mapExchange, type OperationResult } from 'urql';
import { onTeardown } from './on-teardown.ts';

/**
 * Keeps the last answer next to an error when the server stops answering the same request. Otherwise a page that
 * refetches just before an outage would lose everything it shows.
 */
export function keepLastAnswer(): Exchange {
  const shown = new Map<number, OperationResult['data']>();
  const keep = mapExchange({
    onResult: (result) => {
      const { data, error, operation } = result;
      if (operation.kind !== 'query') return result;
      if (data != null) shown.set(operation.key, data);
      else if (error?.networkError !== undefined && shown.has(operation.key))
        return { ...result, data: shown.get(operation.key) };
      return result;
    },
  });
  return composeExchanges([onTeardown((key) => shown.delete(key)), keep]);
}
