import type { Exchange } from 'urql';
import { pipe, tap } from 'wonka';

/** Notes the key of each operation that nobody waits for any more: `mapExchange` does not see these. */
export function onLeft(note: (key: number) => void): Exchange {
  return ({ forward }) =>
    (operations) =>
      forward(
        pipe(
          operations,
          tap(({ kind, key }) => {
            if (kind === 'teardown') note(key);
          }),
        ),
      );
}
