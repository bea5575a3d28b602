import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { problemOf } from '../api/errors.ts';
import { queryLink } from '../card/query-link.ts';
import { cardState } from '../card/state.ts';
import { useJobChanges, useJobTransitions } from '../jobs/changes.ts';
import { mergeJobs } from '../jobs/merge.ts';
import { Page as Frame } from '../shell/page.tsx';
import { AddField } from '../start/add-field.tsx';
import { AddDemoButton, DemoNote } from '../start/demo.tsx';
import { DropTarget } from '../start/drop-target.tsx';
import { readEntry } from '../start/entry.ts';
import { FileButton } from '../start/file-button.tsx';
import { FirstRun } from '../start/first-run.tsx';
import { NoProvider } from '../start/no-provider.tsx';
import { OpenWork } from '../start/open-work.tsx';
import { StartPage, startVariables, streamCounts } from '../start/queries.ts';
import { QuotePanel } from '../start/quote.tsx';
import { RecentStreams } from '../start/recent-streams.tsx';
import { addUpload, useUploads } from '../start/uploads.ts';

const route = getRouteApi('/');

/** The first page: what to look at, and how to add more. */
export function Page() {
  const { add = '' } = route.useSearch();
  const navigate = useNavigate();
  const [count, setCount] = useState<number>(streamCounts[0]);
  const variables = useMemo(() => startVariables(count), [count]);
  const [{ data, error }, ask] = useQuery({ query: StartPage, variables });
  const changes = useJobChanges();
  const uploads = useUploads();

  const refetch = () => ask({ requestPolicy: 'network-only' });
  useJobTransitions(changes, refetch);
  const jobs = useMemo(() => {
    const open = [...(data?.running.nodes ?? []), ...(data?.queued.nodes ?? [])];
    return mergeJobs(open, changes, { state: null, kind: null }, false);
  }, [data, changes]);

  const problem = problemOf(error);
  const entry = useMemo(() => readEntry(add)[0], [add]);
  const target = entry?.kind === 'account' || entry?.kind === 'topic' ? entry : null;
  const setAdd = (text: string | undefined) =>
    void navigate({ to: '/', search: { add: text }, replace: true });
  const takeFiles = (files: readonly File[]) => {
    for (const file of files) void addUpload(file, data?.system.limits.uploadMaxBytes ?? null, refetch);
  };
  const isEmpty = data !== undefined && data.streams.nodes.length === 0;
  const next = streamCounts.find((more) => more > count);

  return (
    <Frame title="Start" complete={data !== undefined || problem !== null}>
      <DropTarget onFiles={takeFiles} />
      <h1 className={isEmpty ? 'mb-1 font-semibold text-2xl' : 'sr-only'}>
        {isEmpty ? 'What would you like to look at?' : 'Start'}
      </h1>
      {isEmpty && (
        <p className="mb-5 text-fg-2">larkstat collects posts, keeps them on this server, and counts them.</p>
      )}
      <div className="space-y-4">
        <div>
          <div className="flex items-start gap-3 max-sm:flex-col">
            <div className="min-w-0 flex-1 max-sm:w-full">
              {/* The field takes the text of an address that is opened or gone back to. */}
              <AddField key={add} initial={add} onAdd={setAdd} />
            </div>
            {!isEmpty && (
              <FileButton onFiles={takeFiles} className="h-11 max-sm:w-full pointer-coarse:h-11" />
            )}
          </div>
          {data !== undefined && <NoProvider system={data.system} />}
          {target !== null && (
            <QuotePanel
              key={add}
              target={target}
              budgets={data?.system ?? null}
              onClose={() => setAdd(undefined)}
              onFetched={() => {
                setAdd(undefined);
                refetch();
              }}
            />
          )}
        </div>
        <OpenWork uploads={uploads} jobs={jobs} onQueued={refetch} />
        {isEmpty ? (
          <FirstRun onFiles={takeFiles} onChanged={refetch} />
        ) : (
          <RecentStreams
            streams={data?.streams ?? null}
            state={cardState({ fetching: true, hasData: data !== undefined, problem, onRetry: refetch })}
            queryHref={queryLink(StartPage, variables)}
            onMore={data?.streams.pageInfo.hasNextPage && next !== undefined ? () => setCount(next) : null}
          />
        )}
        {data !== undefined && !isEmpty && (
          <footer>
            {data.system.hasDemo ? <DemoNote onChanged={refetch} /> : <AddDemoButton onChanged={refetch} />}
          </footer>
        )}
      </div>
    </Frame>
  );
}
