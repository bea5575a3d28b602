import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { problemOf } from '../api/errors.ts';
import { queryLink } from '../card/query-link.ts';
import { cardState } from '../card/state.ts';
import { useJobChanges, useJobTransitions } from '../jobs/changes.ts';
import { changesSince, mergeJobs } from '../jobs/merge.ts';
import { useListedAt } from '../jobs/use-listed-at.ts';
import { isOpen } from '../jobs/words.ts';
import { Grid, Page as Frame } from '../shell/page.tsx';
import { AddField } from '../start/add-field.tsx';
import { AddDemoNote, DemoNote } from '../start/demo.tsx';
import { DropTarget } from '../start/drop-target.tsx';
import { readEntry } from '../start/entry.ts';
import { FileButton } from '../start/file-button.tsx';
import { FirstRun } from '../start/first-run.tsx';
import { NoProvider } from '../start/no-provider.tsx';
import { OpenJobs } from '../start/open-jobs.tsx';
import { StartPage, startVariables, streamCounts } from '../start/queries.ts';
import { QuotePanel } from '../start/quote.tsx';
import { RecentStreams } from '../start/recent-streams.tsx';
import { Uploads } from '../start/upload-row.tsx';
import { addUpload, useUploads } from '../start/uploads.ts';

const route = getRouteApi('/');

/** The start page: what to look at, and how to add more. */
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
  const listedAt = useListedAt(StartPage, variables);
  const jobs = useMemo(() => {
    const open = [...(data?.running.nodes ?? []), ...(data?.queued.nodes ?? [])];
    // The response does not list finished jobs.
    const news = changesSince(changes, listedAt, ({ state }) => !isOpen(state));
    return mergeJobs(open, news, { state: null, kind: null }, false);
  }, [data, changes, listedAt]);

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
      <h1 className="font-semibold text-xl">What would you like to look at?</h1>
      <p className="mt-0.5 mb-4 text-fg-2">
        Type a name, a search or an address of X or Twitch. Or drop your X archive, or the log of a Twitch
        chat, anywhere on this page.
      </p>
      <div className="flex items-start gap-3 max-sm:flex-col">
        <div className="min-w-0 flex-1 max-sm:w-full">
          {/* The field takes the text of the address when it is opened or gone back to. */}
          <AddField key={add} initial={add} onAdd={setAdd} />
        </div>
        <FileButton onFiles={takeFiles} className="h-11 max-sm:w-full pointer-coarse:h-11" />
      </div>
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
      <Uploads uploads={uploads} onQueued={refetch} />
      <div className="mt-4">
        {isEmpty ? (
          <div className="space-y-4">
            <FirstRun onFiles={takeFiles} onChanged={refetch} />
            <OpenJobs jobs={jobs} />
            <NoProvider system={data.system} />
          </div>
        ) : (
          <Grid>
            <RecentStreams
              streams={data?.streams ?? null}
              state={cardState({ fetching: true, hasData: data !== undefined, problem, onRetry: refetch })}
              queryHref={queryLink(StartPage, variables)}
              onMore={data?.streams.pageInfo.hasNextPage && next !== undefined ? () => setCount(next) : null}
              className="md:col-span-8"
            />
            {/* Only after loading: what is next to the streams must not move when they load. */}
            {data !== undefined && (
              <div className="space-y-4 md:col-span-4">
                <OpenJobs jobs={jobs} />
                <NoProvider system={data.system} />
                {data.system.hasDemo ? <DemoNote onChanged={refetch} /> : <AddDemoNote onChanged={refetch} />}
              </div>
            )}
          </Grid>
        )}
      </div>
    </Frame>
  );
}
