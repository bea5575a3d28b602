import { useEffect, useEffectEvent, useRef } from 'react';
import { useSubscription } from 'urql';
import { graphql } from '../../gql/gql.ts';

const StreamChanged = graphql(`
  subscription StreamChanged($id: ID!) {
    streamUpdated(id: $id) {
      id
      freshness {
        version
      }
    }
  }
`);

const shortestMs = 1_000;

/**
 * Asks again when the stream has changed: when the version that the API tells is not that of the data shown, at most
 * once a second, and not while the page is hidden. So a page from the cache heals itself, too. `version` is the shown
 * data's own `freshness.version`; null, as long as nothing shows. `everyMs`: how often at most, of what changes all the time.
 */
export function useLive(
  id: string | null,
  version: number | null,
  refetch: () => void,
  everyMs = shortestMs,
): void {
  const [{ data }] = useSubscription({
    query: StreamChanged,
    variables: { id: id ?? '' },
    pause: id === null,
  });
  useChanged(data?.streamUpdated.freshness.version ?? null, version, refetch, everyMs);
}

/** The rule of `useLive`, for what is told of in another way. */
export function useChanged(
  told: number | null,
  shown: number | null,
  refetch: () => void,
  everyMs = shortestMs,
): void {
  const askedAt = useRef(0);
  const ask = useEffectEvent(() => {
    askedAt.current = Date.now();
    refetch();
  });
  useEffect(() => {
    if (told === null || shown === null || told === shown) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const askWhenDue = () => {
      clearTimeout(timer);
      if (document.hidden) return;
      timer = setTimeout(ask, Math.max(0, askedAt.current + everyMs - Date.now()));
    };
    askWhenDue();
    document.addEventListener('visibilitychange', askWhenDue);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', askWhenDue);
    };
  }, [told, shown, everyMs]);
}
