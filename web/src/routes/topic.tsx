import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { readFragment } from '../../gql/fragment-masking.ts';
import { useChanged, useLive } from '../api/use-live.ts';
import { FailureText, HeadActions } from '../fetch/head-actions.tsx';
import { useFetching, useStreamJob } from '../fetch/use-job.ts';
import { Page as Frame } from '../shell/page.tsx';
import { answerState, isUnknown } from '../stats/answers.ts';
import { AuthorsCard } from '../stats/authors/authors-card.tsx';
import { NotCollected } from '../stats/not-collected.tsx';
import { StreamPage } from '../stats/stream-page.tsx';
import { useView } from '../stats/use-view.ts';
import { coarserStep, yearVariables } from '../stats/variables.ts';
import { TopicHead, TopicHeadFragment } from '../topic/head.tsx';
import { topicVariables } from '../topic/load.ts';
import { TopicAbove, TopicBelow, TopicCalendar } from '../topic/queries.ts';

const route = getRouteApi('/topic/$query');

/** A topic: a search, and all statistics of the matching posts. */
export function Page() {
  const { query } = route.useParams();
  return <TopicPage key={query} query={query} />;
}

function TopicPage({ query }: { query: string }) {
  const { view, setView } = useView();
  const [firstYear] = useState(view.year);
  const variables = useMemo(
    () => topicVariables(query, view, firstYear, Date.now()),
    [query, view, firstYear],
  );
  const [above, askAbove] = useQuery({ query: TopicAbove, variables: variables.above });
  const [below, askBelow] = useQuery({ query: TopicBelow, variables: variables.below });
  const topic = above.data?.topic ?? null;
  const latest = topic?.freshness.latestPostAt ?? null;
  const isOtherYear = view.year !== firstYear;
  const [calendar, askCalendar] = useQuery({
    query: TopicCalendar,
    variables: { query, zone: view.zone, ...yearVariables(view.year) },
    pause: !isOtherYear,
  });
  const again = () => {
    askAbove({ requestPolicy: 'network-only' });
    askBelow({ requestPolicy: 'network-only' });
    if (isOtherYear) askCalendar({ requestPolicy: 'network-only' });
  };
  useLive(topic?.id ?? null, topic?.freshness.version ?? null, again);

  const subject = useMemo(() => ({ kind: 'topic', query }) as const, [query]);
  const { job, started } = useStreamJob(subject, topic?.id ?? null);
  const fetching = useFetching(job, view.zone);
  const head = readFragment(TopicHeadFragment, topic);
  const coarser = () => setView({ step: coarserStep(view.step) });
  const isMissing = isUnknown(above, topic);
  useChanged(
    isMissing && job?.stream != null ? job.progress.inserted + 1 : null,
    isMissing ? 0 : null,
    again,
  );

  const stats = below.data?.topic?.stats ?? null;
  const growth = useMemo(() => <AuthorsCard stats={stats} height={250} className="md:col-span-5" />, [stats]);
  const isComplete = !above.fetching && !below.fetching;
  if (isMissing)
    return (
      <Frame title={query} complete={isComplete}>
        <NotCollected
          name={`“${query}”`}
          subject={subject}
          fetching={fetching}
          failure={<FailureText job={job} />}
          onStarted={started}
        />
      </Frame>
    );
  const yearAnswer = isOtherYear ? calendar : below;
  const calendarStats =
    (isOtherYear ? calendar.data?.topic?.stats : below.data?.topic?.all) ?? below.data?.topic?.all ?? null;
  return (
    <Frame title={head?.title ?? query} complete={isComplete}>
      <TopicHead query={query} topic={topic} zone={view.zone}>
        <HeadActions
          subject={subject}
          stream={head ?? null}
          fetching={fetching}
          onStarted={started}
          zone={view.zone}
        />
      </TopicHead>
      <FailureText job={job} />
      <StreamPage
        stream={{
          id: topic?.id ?? null,
          field: `topic(query: ${JSON.stringify(query)})`,
          latest,
          view,
          setView,
          variables: { ...variables.above, ...yearVariables(view.year) },
          above: answerState(above, topic !== null, again, coarser),
          below: answerState(below, below.data?.topic != null, again, coarser),
          calendar: answerState(yearAnswer, calendarStats !== null, again, coarser),
        }}
        earliest={topic?.freshness.earliestPostAt ?? null}
        latest={latest}
        version={topic?.freshness.version ?? null}
        above={topic?.stats ?? null}
        below={below.data?.topic?.stats ?? null}
        calendar={calendarStats}
        growth={growth}
      />
    </Frame>
  );
}
