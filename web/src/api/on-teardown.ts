import type { Exchange } from 'urql';
import { pipe, tap } from 'wonka';

/** Reports the key of each operation that nobody waits for any more, which `mapExchange` does not see. */
export function onTeardown(note: (key: number) => void): Exchange {
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
