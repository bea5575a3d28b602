import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { readFragment } from '../../gql/fragment-masking.ts';
import { accountVariables } from '../account/load.ts';
import { Profile, ProfileFragment } from '../account/profile.tsx';
import { AccountAbove, AccountBelow, AccountCalendar } from '../account/queries.ts';
import { useChanged, useLive } from '../api/use-live.ts';
import { FailureText, HeadActions } from '../fetch/head-actions.tsx';
import { useFetching, useStreamJob } from '../fetch/use-job.ts';
import { coarserStep, yearVariables } from '../stats/variables.ts';
import { Page as Frame } from '../shell/page.tsx';
import { answerState, isUnknown } from '../stats/answers.ts';
import { FollowersCard } from '../stats/followers/followers-card.tsx';
import { NotCollected } from '../stats/not-collected.tsx';
import { StreamPage } from '../stats/stream-page.tsx';
import { useView } from '../stats/use-view.ts';

const route = getRouteApi('/x/$handle');

/** An account: its profile and all of its statistics. */
export function Page() {
  const handle = route.useParams().handle.replace(/^@/, '');
  // Another account starts fresh: no data of the previous one may show under its name.
  return <AccountPage key={handle.toLowerCase()} handle={handle} />;
}

function AccountPage({ handle }: { handle: string }) {
  const { view, setView } = useView();
  const [firstYear] = useState(view.year);
  const variables = useMemo(
    () => accountVariables(handle, view, firstYear, Date.now()),
    [handle, view, firstYear],
  );
  const [above, askAbove] = useQuery({ query: AccountAbove, variables: variables.above });
  const [below, askBelow] = useQuery({ query: AccountBelow, variables: variables.below });
  const account = above.data?.account ?? null;
  const latest = account?.freshness.latestPostAt ?? null;
  const isOtherYear = view.year !== firstYear;
  const [calendar, askCalendar] = useQuery({
    query: AccountCalendar,
    variables: { handle, zone: view.zone, ...yearVariables(view.year) },
    pause: !isOtherYear,
  });
  const again = () => {
    askAbove({ requestPolicy: 'network-only' });
    askBelow({ requestPolicy: 'network-only' });
    if (isOtherYear) askCalendar({ requestPolicy: 'network-only' });
  };
  useLive(account?.id ?? null, account?.freshness.version ?? null, again);

  const subject = useMemo(() => ({ kind: 'account', handle }) as const, [handle]);
  const { job, started } = useStreamJob(subject, account?.id ?? null);
  const fetching = useFetching(job, view.zone);
  const profile = readFragment(ProfileFragment, account);
  const coarser = () => setView({ step: coarserStep(view.step) });
  // An account without data has no events of its own: its job reports changes.
  const isMissing = isUnknown(above, account);
  useChanged(
    isMissing && job?.stream != null ? job.progress.inserted + 1 : null,
    isMissing ? 0 : null,
    again,
  );

  const stats = below.data?.account?.stats ?? null;
  const growth = useMemo(() => <FollowersCard stats={stats} />, [stats]);
  const isComplete = !above.fetching && !below.fetching;
  if (isMissing)
    return (
      <Frame title={`@${handle}`} complete={isComplete}>
        <NotCollected
          name={`@${handle}`}
          subject={subject}
          fetching={fetching}
          failure={<FailureText job={job} />}
          onStarted={started}
        />
      </Frame>
    );
  const yearAnswer = isOtherYear ? calendar : below;
  const calendarStats =
    (isOtherYear ? calendar.data?.account?.stats : below.data?.account?.all) ??
    below.data?.account?.all ??
    null;
  return (
    <Frame title={profile?.displayName ?? `@${handle}`} complete={isComplete}>
      <Profile handle={handle} account={account} zone={view.zone}>
        <HeadActions
          subject={subject}
          stream={profile ?? null}
          fetching={fetching}
          onStarted={started}
          zone={view.zone}
        />
      </Profile>
      <FailureText job={job} />
      <StreamPage
        stream={{
          id: account?.id ?? null,
          field: `account(handle: ${JSON.stringify(handle)})`,
          latest,
          view,
          setView,
          variables: { ...variables.above, ...yearVariables(view.year) },
          above: answerState(above, account !== null, again, coarser),
          below: answerState(below, below.data?.account != null, again, coarser),
          calendar: answerState(yearAnswer, calendarStats !== null, again, coarser),
        }}
        earliest={account?.freshness.earliestPostAt ?? null}
        latest={latest}
        version={account?.freshness.version ?? null}
        above={account?.stats ?? null}
        below={below.data?.account?.stats ?? null}
        calendar={calendarStats}
        followers={account?.followers ?? null}
        growth={growth}
      />
    </Frame>
  );
}
