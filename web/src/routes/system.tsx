import { useEffect, useEffectEvent } from 'react';
import { useQuery } from 'urql';
import { problemOf } from '../api/errors.ts';
import { queryLink } from '../card/query-link.ts';
import { Card } from '../card/card.tsx';
import { cardState } from '../card/state.ts';
import { Grid, Page as Frame } from '../shell/page.tsx';
import { CacheCard } from '../system/cache-card.tsx';
import { IngestCard } from '../system/ingest-card.tsx';
import { KeysCard } from '../system/keys-card.tsx';
import { LimitsCard } from '../system/limits-card.tsx';
import { ProvidersCard } from '../system/providers-card.tsx';
import { SystemPage } from '../system/query.ts';
import { QueueCard } from '../system/queue-card.tsx';
import { RebuildingLine } from '../system/rebuilding-line.tsx';
import { ServerCard } from '../system/server-card.tsx';
import { SharesCard } from '../system/shares-card.tsx';
import { StoreCard } from '../system/store-card.tsx';
import { TrendsCard } from '../system/trends-card.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';

/** How often the figures are requested while the page is visible. */
const everyMs = 5_000;

const third = 'md:col-span-6 lg:col-span-4';
/** Placeholders for the cards, with their final heights. */
const loading = [
  ['Providers', 300, 'md:col-span-12 lg:col-span-8 lg:row-span-2'],
  ['Server', 130, third],
  ['Store', 112, third],
  ['Cache', 212, third],
  ['Ingest', 212, third],
  ['Queue', 212, third],
  ['Trends', 112, 'md:col-span-6'],
  ['Limits', 112, 'md:col-span-6'],
] as const;

/** The System page. */
export function Page() {
  const [{ data, error }, ask] = useQuery({ query: SystemPage });
  const refetch = () => ask({ requestPolicy: 'network-only' });
  const askAgain = useEffectEvent(refetch);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || askAgain(), everyMs);
    return () => clearInterval(timer);
  }, []);
  const problem = problemOf(error);
  const href = queryLink(SystemPage);
  const system = data?.system;
  return (
    <Frame title="System" complete={data !== undefined || problem !== null}>
      <h1 className="mb-4 font-semibold text-xl">System</h1>
      {system?.rebuilding != null && <RebuildingLine rebuilding={system.rebuilding} />}
      <Grid>
        {system === undefined || data === undefined ? (
          loading.map(([title, height, className]) => (
            <Card
              key={title}
              title={title}
              height={height}
              state={cardState({ fetching: true, hasData: false, problem, onRetry: refetch })}
              skeleton={<RowsSkeleton rows={Math.floor(height / 32)} />}
              className={className}
            />
          ))
        ) : (
          <>
            <ProvidersCard
              system={system}
              queryHref={href}
              className="md:col-span-12 lg:col-span-8 lg:row-span-2"
            />
            <ServerCard system={system} queryHref={href} className={third} />
            <StoreCard system={system} queryHref={href} className={third} />
            <CacheCard system={system} queryHref={href} className={third} />
            <IngestCard system={system} queryHref={href} className={third} />
            <QueueCard system={system} queryHref={href} className={third} />
            <TrendsCard status={data.trendingStatus} queryHref={href} className="md:col-span-6" />
            <LimitsCard system={system} queryHref={href} className="md:col-span-6" />
            <KeysCard className="md:col-span-12 lg:col-span-6" />
            <SharesCard
              shares={data.shares}
              queryHref={href}
              className="md:col-span-12 lg:col-span-6"
              onChanged={refetch}
            />
          </>
        )}
      </Grid>
    </Frame>
  );
}
