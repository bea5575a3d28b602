import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import {
  parseStreamSearch,
  printStreamView,
  type StreamSearch,
  type StreamView,
} from '../search-params/page.ts';
import { noteSpan, onSpan, spanOf } from './spans.ts';
import { isNarrow, viewOf } from './variables.ts';

/** The view in the address of a stream's page, and how to change it. */
export function useView(): {
  readonly view: StreamView;
  readonly setView: (view: Partial<StreamView>) => void;
  /** Number of days between the first and the last post, when all are shown; null while unknown. */
  readonly span: number | null;
} {
  const search = useRouterState({ select: (state) => state.location.search }) as StreamSearch;
  const narrow = useSyncExternalStore(onResize, isNarrow);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // Other ranges have a known length, so nothing is redrawn when the span becomes known.
  const span = useSyncExternalStore(onSpan, () => (search.range === 'all' ? spanOf(path) : null));
  const navigate = useNavigate();
  const key = JSON.stringify(search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the search
  const view = useMemo(
    () => viewOf(parseStreamSearch(search), narrow, Date.now(), span),
    [key, narrow, span],
  );
  const setView = useCallback(
    (change: Partial<StreamView>) => {
      const next = (old: StreamSearch): StreamSearch => {
        const { range, zone, step, metric, vs, year } = { ...old };
        const kept: Record<string, string | undefined> = { range, zone, step, metric, vs, year };
        // Another range has its own suitable step.
        if (change.range !== undefined) delete kept.step;
        for (const name of Object.keys(change)) delete kept[name];
        return parseStreamSearch({ ...kept, ...printStreamView(change) });
      };
      void navigate({
        to: '.',
        search: ((old: StreamSearch) => next(old)) as never, // safe: the pages of streams have this search
        resetScroll: false,
        replace: change.metric !== undefined,
      });
    },
    [navigate],
  );
  return { view, setView, span };
}

/** Stores the span of the stream's posts when a response has the first and the last one. */
export function useNoteSpan(earliest: string | null, latest: string | null): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => noteSpan(path, earliest, latest), [path, earliest, latest]);
}

function onResize(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}
