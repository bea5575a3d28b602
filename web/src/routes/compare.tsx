import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { readFragment } from '../../gql/fragment-masking.ts';
import { problemOf } from '../api/errors.ts';
import { usePolling } from '../api/use-polling.ts';
import { queryLink } from '../card/query-link.ts';
import { type CardState, cardState } from '../card/state.ts';
import { StateBody } from '../card/states.tsx';
import type { Compared } from '../compare/compared.ts';
import { EngagementCard } from '../compare/engagement-card.tsx';
import { HashtagsCard } from '../compare/hashtags-card.tsx';
import { HoursCard } from '../compare/hours-card.tsx';
import { LinesCard } from '../compare/lines-card.tsx';
import { bySlot, compareVariables, stepOf } from '../compare/load.ts';
import { MetricsCard } from '../compare/metrics-card.tsx';
import {
  CompareHeadFragment,
  CompareHeads,
  CompareRestFragment,
  CompareRests,
  CompareSearchStreams,
} from '../compare/queries.ts';
import {
  addStream,
  type CompareView,
  compareView,
  mostStreams,
  type Named,
  printCompareView,
  removeStream,
} from '../compare/search.ts';
import { namedOf, StreamChips } from '../compare/stream-chips.tsx';
import { Grid, Page as Frame } from '../shell/page.tsx';
import { RangeBar } from '../trending/range-bar.tsx';

const route = getRouteApi('/compare');

/** The page Compare: two to five streams side by side. */
export function Page() {
  const search = route.useSearch();
  const view = useMemo(() => compareView(search), [search]);
  const navigate = route.useNavigate();
  const change = (next: Partial<CompareView>) =>
    void navigate({ search: printCompareView({ ...view, ...next }), resetScroll: false });
  const isEmpty = view.slots.length === 0;

  const restVariables = useMemo(() => compareVariables(view, Date.now()), [view]);
  const step = stepOf(view);
  const headVariables = useMemo(() => ({ ...restVariables, step }), [restVariables, step]);
  const [heads, askHeads] = useQuery({ query: CompareHeads, variables: headVariables, pause: isEmpty });
  const [rests, askRests] = useQuery({ query: CompareRests, variables: restVariables, pause: isEmpty });
  const headState = stateOf(heads, () => askHeads({ requestPolicy: 'network-only' }));
  const restState = stateOf(rests, () => askRests({ requestPolicy: 'network-only' }));

  const found = useMemo(() => bySlot(view.slots, heads.data), [view.slots, heads.data]);
  const streams = useMemo(() => {
    const below = bySlot(view.slots, rests.data);
    return found.flatMap((each, slot): Compared[] => {
      const head = readFragment(CompareHeadFragment, each);
      if (head === null) return [];
      return [{ slot, head, rest: readFragment(CompareRestFragment, below[slot] ?? null) }];
    });
  }, [view.slots, found, rests.data]);
  const complete = isEmpty || (headState.kind !== 'loading' && restState.kind !== 'loading');

  const slots = view.slots.flatMap((named, slot) => {
    if (named === null) return [];
    const title =
      heads.data === undefined
        ? undefined
        : (readFragment(CompareHeadFragment, found[slot] ?? null)?.title ?? null);
    return [{ slot, named, title }];
  });
  const { range, zone } = view;
  const inProgress = restVariables.range?.to === undefined || Date.parse(restVariables.range.to) > Date.now();
  const headHref = queryLink(CompareHeads, headVariables);
  const restHref = queryLink(CompareRests, restVariables);
  const isNothing = headState.kind === 'ready' && streams.length === 0;
  return (
    <Frame title="Compare" complete={complete}>
      <h1 className="mb-3 font-semibold text-xl">Compare</h1>
      <StreamChips
        slots={slots}
        onRemove={(slot) => change({ slots: removeStream(view.slots, slot) })}
        onAdd={(named) => change({ slots: addStream(view.slots, named) })}
      />
      {isEmpty || isNothing ? (
        <Nothing
          isNothing={isNothing}
          onCompare={(all) => change({ slots: all.reduce(addStream, [] as readonly (Named | null)[]) })}
        />
      ) : (
        <>
          <RangeBar range={range} zone={zone} onChange={change} />
          <Grid>
            <MetricsCard
              count={slots.length}
              streams={streams}
              state={headState}
              zone={zone}
              queryHref={headHref}
            />
            <LinesCard
              count={slots.length}
              streams={streams}
              state={headState}
              as={view.as}
              onAs={(as) => change({ as })}
              step={step}
              zone={zone}
              range={restVariables.range ?? null}
              inProgress={inProgress}
              queryHref={headHref}
            />
            <EngagementCard count={slots.length} streams={streams} state={headState} queryHref={headHref} />
            <HoursCard
              count={slots.length}
              streams={streams}
              state={restState}
              range={range}
              zone={zone}
              queryHref={restHref}
            />
            <HashtagsCard
              streams={streams}
              state={restState}
              range={range}
              zone={zone}
              queryHref={restHref}
            />
          </Grid>
        </>
      )}
    </Frame>
  );
}

type Asked = Pick<ReturnType<typeof useQuery>[0], 'fetching' | 'data' | 'error'>;

function stateOf({ fetching, data, error }: Asked, onRetry: () => void): CardState {
  return cardState({ fetching, hasData: data !== undefined, problem: problemOf(error), onRetry });
}

const allStreams = { search: null };

/** The page without streams: suggestions to compare. */
function Nothing(props: { isNothing: boolean; onCompare: (all: readonly Named[]) => void }) {
  const [{ data }, ask] = useQuery({ query: CompareSearchStreams, variables: allStreams });
  // The first streams may still be loading.
  usePolling((data?.streams.nodes.length ?? 0) < 2, 5_000, () => ask({ requestPolicy: 'network-only' }));
  const all = (data?.streams.nodes ?? [])
    .flatMap((stream) => namedOf(stream) ?? [])
    .slice(0, Math.min(3, mostStreams));
  return (
    <section className="card p-5" aria-label="Nothing to compare">
      <StateBody
        state={{
          kind: 'empty',
          title: props.isNothing ? 'Nothing is collected of these' : 'Choose two to five streams',
          hint: 'Accounts and topics that you collect stand side by side: figures, posts over time, hours, hashtags.',
          offers:
            all.length < 2
              ? []
              : [
                  {
                    label: `Compare ${all.map(({ kind, name }) => (kind === 'x' ? `@${name}` : name)).join(', ')}`,
                    onClick: () => props.onCompare(all),
                  },
                ],
        }}
        height={320}
        skeleton={null}
      />
    </section>
  );
}
