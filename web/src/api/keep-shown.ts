import { composeExchanges, type Exchange, mapExchange, type OperationResult } from 'urql';
import { onLeft } from './on-left.ts';

/**
 * What was answered stays beside the error, when the server does not answer the same question again: else a page that
 * asks once more, just before the server goes, loses all that it shows.
 */
export function keepShown(): Exchange {
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
  return composeExchanges([onLeft((key) => shown.delete(key)), keep]);
}
