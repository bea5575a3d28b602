import { useRef } from 'react';
import type { StartPageQuery } from '../../gql/graphql.ts';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { useKeys } from '../shell/keys.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { RecentStream, streamColumns } from './recent-stream.tsx';

/** The most recently updated streams. `j` and `k` move between them. */
export function RecentStreams(props: {
  streams: StartPageQuery['streams'] | null;
  state: CardState;
  queryHref: string;
  onMore: (() => void) | null;
  className: string;
}) {
  const { streams, state, queryHref, onMore, className } = props;
  const list = useRef<HTMLUListElement>(null);
  const walk = (by: 1 | -1) => () => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  };
  useKeys({ j: walk(1), k: walk(-1) });
  return (
    <Card
      title="Recent streams"
      scope="the last 30 days"
      height={state.kind === 'ready' ? 0 : 200}
      state={state}
      queryHref={queryHref}
      skeleton={<StreamsSkeleton />}
      className={className}
    >
      <div aria-hidden className={`hidden gap-x-4 pb-1 text-fg-3 text-xs sm:grid ${streamColumns}`}>
        <span>Stream</span>
        <span>Posts a day</span>
        <span className="text-right">Posts</span>
        <span className="xl:pl-4">Change</span>
        <span className="text-right">Fetched</span>
      </div>
      <ul ref={list} aria-label="Streams, last updated first">
        {streams?.nodes.map((stream) => (
          <li key={stream.id} className="border-t max-sm:first:border-t-0">
            <RecentStream stream={stream} />
          </li>
        ))}
      </ul>
      {onMore !== null && (
        <div className="border-t pt-3 text-center">
          <Button size="sm" onClick={onMore}>
            Show more
          </Button>
        </div>
      )}
    </Card>
  );
}

function StreamsSkeleton() {
  return (
    <div aria-hidden className="sm:pt-5">
      {[40, 52, 34].map((width) => (
        <div key={width} className="flex h-14 items-center gap-3 border-t">
          <Skeleton className="size-8 rounded-full" />
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3.5 w-40 max-w-full" />
            <Skeleton className="h-2.5 w-24" />
          </div>
          <Skeleton className="h-6 w-28" />
        </div>
      ))}
    </div>
  );
}
