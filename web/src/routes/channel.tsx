import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { readFragment } from '../../gql/fragment-masking.ts';
import { problemOf } from '../api/errors.ts';
import { usePolling } from '../api/use-polling.ts';
import { useChanged, useLive } from '../api/use-live.ts';
import { cardState } from '../card/state.ts';
import { ChannelCards } from '../channel/cards.tsx';
import { ChannelHead, CollectButton } from '../channel/head.tsx';
import { channelVariables, chatStep, chatView, isLogin, lastDayRange } from '../channel/load.ts';
import { ChannelMissing, NoLogin } from '../channel/missing.tsx';
import { ChannelAbove, ChannelBelow, ChannelMoments, ChannelShares } from '../channel/queries.ts';
import { useCollecting } from '../channel/use-collecting.ts';
import { ExportButton } from '../fetch/export-button.tsx';
import { FailureText } from '../fetch/head-actions.tsx';
import { StreamJobFragment } from '../fetch/queries.ts';
import { useStreamJob } from '../fetch/use-job.ts';
import { addDays, dayIn } from '../search-params/days.ts';
import { printRange } from '../search-params/range.ts';
import { Page as Frame } from '../shell/page.tsx';
import { answerState, isUnknown } from '../stats/answers.ts';
import { FilterBar } from '../stats/filter-bar/filter-bar.tsx';
import { Provenance } from '../stats/provenance/provenance.tsx';
import { useStreamKeys } from '../stats/stream-page.tsx';
import { type ShownStream, StreamProvider } from '../stats/stream.tsx';
import { useNoteSpan, useView } from '../stats/use-view.ts';
import { coarserStep, isNarrow } from '../stats/variables.ts';

const route = getRouteApi('/twitch/$login');
/** A busy chat changes constantly: its figures are requested at most this often. */
const figuresEveryMs = 5_000;
/** The collector asks Twitch every minute what is on air. */
const liveEveryMs = 60_000;

/** A channel: its profile, whether it is on air, and all statistics of its chat. */
export function Page() {
  const login = route.useParams().login.trim().replace(/^[@#]/, '').toLowerCase();
  if (!isLogin(login))
    return (
      <Frame title="No channel" complete>
        <NoLogin login={login} />
      </Frame>
    );
  // Another channel starts fresh: no data of the previous one may show under its name.
  return <ChannelPage key={login} login={login} />;
}

function ChannelPage({ login }: { login: string }) {
  const { view: general, setView, span } = useView();
  const search = route.useSearch();
  const narrow = isNarrow();
  const view = useMemo(
    () => chatView(general, search, narrow, Date.now(), span),
    [general, search, narrow, span],
  );
  const variables = useMemo(() => channelVariables(login, view, Date.now()), [login, view]);
  const [above, askAbove] = useQuery({ query: ChannelAbove, variables: variables.above });
  const [below, askBelow] = useQuery({ query: ChannelBelow, variables: variables.below });
  const [moments, askMoments] = useQuery({ query: ChannelMoments, variables: variables.moments });
  const [shares, askShares] = useQuery({ query: ChannelShares, variables: variables.shares });
  const channel = above.data?.channel ?? null;
  const id = channel?.id ?? null;
  const latest = channel?.freshness.latestPostAt ?? null;
  const earliest = channel?.freshness.earliestPostAt ?? null;
  const again = () => {
    for (const ask of [askAbove, askBelow, askMoments, askShares]) ask({ requestPolicy: 'network-only' });
  };
  useNoteSpan(earliest, latest);
  const isOpening = useLastDay(search.range === undefined, latest, view.zone);
  useLive(id, channel?.freshness.version ?? null, again, figuresEveryMs);
  usePolling(channel?.collecting === true, liveEveryMs, () => askAbove({ requestPolicy: 'network-only' }));

  const subject = useMemo(() => ({ kind: 'chat', login }) as const, [login]);
  const { job: told, started } = useStreamJob(subject, id);
  const kept = channel?.jobs?.nodes.find(({ kind }) => kind === 'COLLECT') ?? null;
  const job = told ?? readFragment(StreamJobFragment, kept) ?? null;
  const collecting = useCollecting(login, job, started);
  const isMissing = isUnknown(above, channel);
  useChanged(isMissing && told?.stream != null ? 1 : null, isMissing ? 0 : null, again);

  const [hasChat, setHasChat] = useState(false);
  const noteChat = useCallback(() => setHasChat(true), []);
  const isAsking = [above, below, moments, shares].some(({ fetching }) => fetching);
  const isComplete = !isAsking && !isOpening && (hasChat || isMissing);
  if (isMissing)
    return (
      <Frame title={`twitch.tv/${login}`} complete={isComplete}>
        <ChannelMissing login={login} collecting={collecting} />
      </Frame>
    );
  const coarser = () => setView({ step: coarserStep(view.step) });
  const aboveState = answerState(above, channel !== null, again, coarser);
  const belowState = answerState(below, below.data?.channel != null, again, coarser);
  const stateOf = ({ fetching, error }: typeof below | typeof moments | typeof shares, hasData: boolean) =>
    cardState({ fetching, hasData, problem: fetching ? null : problemOf(error), onRetry: again });
  const isCollecting = channel === null ? null : collecting.isUnderWay || channel.collecting;
  return (
    <Frame title={login} complete={isComplete}>
      <ChannelHead
        login={login}
        channel={channel}
        isKnown={channel !== null}
        isCollecting={isCollecting === true}
        zone={view.zone}
        onShow={(from, isOpen) => {
          const day = dayIn(view.zone, Date.parse(from));
          const last = isOpen ? dayIn(view.zone, Date.now()) : day;
          setView({ range: { from: day, to: addDays(last, 1) } });
        }}
      >
        <CollectButton
          isCollecting={isCollecting}
          isBusy={collecting.isBusy}
          onCollect={collecting.start}
          onStop={collecting.stop}
        />
        {id !== null && <ExportButton stream={id} />}
      </ChannelHead>
      <FailureText job={job} />
      <Shown
        stream={{
          id,
          field: `channel(login: ${JSON.stringify(login)})`,
          latest,
          view,
          setView,
          variables: variables.above,
          above: aboveState,
          below: belowState,
          calendar: belowState,
        }}
      >
        <FilterBar span={earliest !== null && latest !== null ? { from: earliest, to: latest } : null} />
        <div className="mt-4">
          <ChannelCards
            login={login}
            id={id}
            zone={view.zone}
            version={channel?.freshness.version ?? null}
            above={channel?.stats ?? null}
            below={below.data?.channel?.stats ?? null}
            excited={moments.data?.channel ?? null}
            written={shares.data?.channel ?? null}
            watched={below.data?.watched ?? null}
            happened={below.data?.happened ?? null}
            momentsState={stateOf(moments, moments.data?.channel != null)}
            sharesState={stateOf(shares, shares.data?.channel != null)}
            viewersState={stateOf(below, below.data?.watched != null)}
            eventsState={stateOf(below, below.data?.happened != null)}
            ownStep={chatStep(view.range, view.zone, narrow, Date.now(), span)}
            hasMessages={latest !== null}
            onChat={noteChat}
          />
        </div>
        <Provenance stats={channel?.stats ?? null} version={channel?.freshness.version ?? null} />
      </Shown>
    </Frame>
  );
}

/**
 * When the page opens without a range and the default range is empty, as for an old log, switches to the last day with
 * messages. Returns whether it is about to.
 */
function useLastDay(hasNoRange: boolean, latest: string | null, zone: string): boolean {
  const [wasOpened, setOpened] = useState(!hasNoRange);
  const navigate = route.useNavigate();
  const range = latest === null ? null : lastDayRange(latest, zone, Date.now());
  const moves = !wasOpened && hasNoRange && range !== null;
  const show = useEffectEvent(() => {
    setOpened(true);
    if (range === null) return;
    void navigate({
      search: (old) => ({ ...old, range: printRange(range) }),
      replace: true,
      resetScroll: false,
    });
  });
  useEffect(() => {
    if (moves) show();
  }, [moves]);
  return moves;
}

/** Provides the stream to the cards, and the page's keys. */
function Shown({ stream, children }: { stream: ShownStream; children: React.ReactNode }) {
  useStreamKeys(stream);
  return <StreamProvider stream={stream}>{children}</StreamProvider>;
}
