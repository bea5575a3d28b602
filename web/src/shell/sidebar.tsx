import { Link } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useQuery, useSubscription } from 'urql';
import { useConnection } from '../api/state.ts';
import { useCatchUp } from '../api/use-catch-up.ts';
import { Sparkline } from '../chart/sparkline.tsx';
import { toTimeRange } from '../search-params/range.ts';
import { browserZone } from '../search-params/zone.ts';
import { LiveDot } from '../ui/chip.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { navPages } from './nav.ts';
import { AnyJobChanged, SidebarStreams } from './queries.ts';
import { streamKind, streamPath } from './stream-link.ts';

const item =
  'flex h-8 items-center gap-2.5 rounded-control px-2.5 text-sm transition-colors duration-120 pointer-coarse:h-10 hover:bg-hover aria-[current=page]:bg-brand-soft aria-[current=page]:font-medium aria-[current=page]:text-fg';

/** The pages, with a dot at Jobs while any run. */
export function NavLinks({ label }: { label: string }) {
  const [{ data }, ask] = useSidebar();
  const running = data?.jobs.totalCount ?? 0;
  useSidebarNews(ask, running > 0);
  return (
    <nav aria-label={label}>
      <ul className="space-y-0.5">
        {navPages.map(({ to, label: name, icon: Icon }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: to === '/' }} className={`${item} font-medium text-fg-2`}>
              <Icon size={16} strokeWidth={1.9} />
              <span className="flex-1">{name}</span>
              {to === '/jobs' && running > 0 && (
                <span className="nums inline-flex items-center gap-1.5 font-normal text-axis text-fg-2">
                  <LiveDot /> {running} running
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The most recently updated streams, each with its last 30 days. */
export function SidebarStreamList() {
  const [{ data, fetching }] = useSidebar();
  if (fetching && data === undefined) return <Skeleton className="mx-2 h-24" />;
  const streams = data?.streams.nodes ?? [];
  if (streams.length === 0) return null;
  return (
    <nav aria-label="Streams">
      <p className="px-2.5 pb-1 text-fg-3 text-xs">Streams</p>
      <ul className="space-y-0.5">
        {streams.map((stream) => (
          <li key={stream.id}>
            <Link to={streamPath(stream)} className={`${item} text-fg`}>
              <span className="min-w-0 flex-1 truncate" title={stream.title}>
                {stream.title}
                {streamKind(stream) !== null && (
                  <span className="ml-1.5 text-fg-2 text-xs">{streamKind(stream)}</span>
                )}
              </span>
              <Sparkline values={stream.stats.series.values} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The sidebar's only query: several components share its response. */
function useSidebar() {
  const variables = useMemo(
    () => ({ range: toTimeRange('30d', browserZone, Date.now()) ?? {}, zone: browserZone }),
    [],
  );
  return useQuery({ query: SidebarStreams, variables });
}

/**
 * Requests the sidebar again when a job starts or ends. When no job runs as the page opens, one request is enough: the
 * subscription also reports jobs that started before it did.
 */
function useSidebarNews(ask: ReturnType<typeof useSidebar>[1], isAnyRunning: boolean): void {
  const [{ data: changed }] = useSubscription({ query: AnyJobChanged });
  const { socket } = useConnection();
  const isBack = socket !== null && socket > 1;
  useCatchUp(isAnyRunning || isBack, () => ask({ requestPolicy: 'network-only' }));
  const state = changed && `${changed.jobChanged.id} ${changed.jobChanged.state}`;
  useEffect(() => {
    if (state !== undefined) ask({ requestPolicy: 'network-only' });
  }, [state, ask]);
}
