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
 * Refetches when the stream changed: when the version from the API differs from that of the shown data. It does so at
 * most once a second, and not while the page is hidden. So a page from the cache is updated, too.
 * `version` is the shown data's own `freshness.version`; null while nothing is shown. `everyMs` is the shortest time
 * between two requests, for data that changes all the time.
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

/** Like `useLive`, for a version that comes from elsewhere. */
export function useChanged(
  current: number | null,
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
    if (current === null || shown === null || current === shown) return;
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
  }, [current, shown, everyMs]);
}
