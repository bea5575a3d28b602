import { memo, type ReactNode, useMemo } from 'react';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { presets, shiftRange } from '../search-params/range.ts';
import { useKeys } from '../shell/keys.ts';
import { Grid } from '../shell/page.tsx';
import { BestTimesCard } from './best-times/best-times-card.tsx';
import { BusiestCard } from './busiest/busiest-card.tsx';
import { CalendarCard, type CalendarFragment } from './calendar/calendar-card.tsx';
import { FilterBar } from './filter-bar/filter-bar.tsx';
import { BelowFragment } from './fragment.ts';
import { Provenance, type ProvenanceFragment } from './provenance/provenance.tsx';
import { HoursCard } from './rhythm/hours-card.tsx';
import { SentimentCard } from './sentiment/sentiment-card.tsx';
import { type ShownStream, StreamProvider } from './stream.tsx';
import { TermLists } from './terms/term-lists.tsx';
import { TopPostsCard } from './top-posts/top-posts-card.tsx';
import { useNoteSpan } from './use-view.ts';
import type { TotalsFragment } from './totals/fragment.ts';
import { TotalsCard } from './totals/totals-card.tsx';

const sections = ['activity', 'rhythm', 'posts', 'words', 'mood', 'growth'] as const;

/** The content of a stream's page below its head. */
export function StreamPage(props: {
  stream: ShownStream;
  /** When the first and the last collected post were posted. */
  earliest: string | null;
  latest: string | null;
  version: number | null;
  above: (FragmentType<typeof TotalsFragment> & FragmentType<typeof ProvenanceFragment>) | null;
  below: FragmentType<typeof BelowFragment> | null;
  calendar: FragmentType<typeof CalendarFragment> | null;
  /** The followers of an account, null when unknown; missing for a topic. */
  followers?: number | null | undefined;
  /** The growth card beside the sentiment: followers of an account, authors of a topic. */
  growth: ReactNode;
}) {
  const { stream, earliest, latest } = props;
  const isTopic = props.followers === undefined && stream.field.startsWith('topic');
  useStreamKeys(stream);
  useNoteSpan(earliest, latest);
  return (
    <StreamProvider stream={stream}>
      <FilterBar span={earliest !== null && latest !== null ? { from: earliest, to: latest } : null} />
      <div className="mt-4">
        <Grid>
          <TotalsCard stats={props.above} followers={isTopic ? undefined : (props.followers ?? null)} />
          <StreamProvider stream={useSteady(stream)}>
            <CardsBelow
              below={props.below}
              calendar={props.calendar}
              earliest={earliest}
              latest={latest}
              isTopic={isTopic}
            />
            {props.growth}
          </StreamProvider>
        </Grid>
      </div>
      <Provenance stats={props.above} version={props.version} />
    </StreamProvider>
  );
}

/** The cards that do not depend on the chosen metric: choosing a total redraws the main chart only. */
const CardsBelow = memo(function CardsBelow(props: {
  below: FragmentType<typeof BelowFragment> | null;
  calendar: FragmentType<typeof CalendarFragment> | null;
  earliest: string | null;
  latest: string | null;
  isTopic: boolean;
}) {
  const { calendar, earliest, latest, isTopic } = props;
  const below = readFragment(BelowFragment, props.below) ?? null;
  return (
    <>
      <CalendarCard stats={calendar} earliest={earliest} latest={latest} />
      <HoursCard stats={below} first={isTopic ? 'mood' : 'posts'} className="md:col-span-7 2xl:col-span-5" />
      <BestTimesCard stats={below} />
      <TopPostsCard stats={below} authors={isTopic} />
      <BusiestCard stats={below} className="md:col-span-5 2xl:col-span-4" />
      <TermLists stats={below} />
      <SentimentCard stats={below} />
    </>
  );
});

/** The stream; the same object while only the chosen metric changes. */
function useSteady(stream: ShownStream): ShownStream {
  const { metric: _, ...view } = stream.view;
  const states = [stream.above, stream.below, stream.calendar].map((state) =>
    state.kind === 'error' ? state.problem : state.kind,
  );
  const key = JSON.stringify([stream.id, stream.field, stream.latest, view, stream.variables, states]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is what cards read of the stream
  return useMemo(() => stream, [key]);
}

/** The keys of a stream's page: ranges, periods, comparison, sections, zone. */
export function useStreamKeys({ view, setView }: ShownStream): void {
  const now = Date.now();
  const shift = (by: -1 | 1) => () => {
    const moved = shiftRange(view.range, by, view.zone, now);
    if (moved !== null) setView({ range: moved });
  };
  const go = (by: -1 | 1) => () => {
    const tops = sections.map((id) => document.getElementById(id)?.getBoundingClientRect().top ?? 0);
    const at = tops.filter((top) => top < 90).length - 1;
    const to = Math.min(sections.length - 1, Math.max(0, at + by));
    document.getElementById(sections[to] ?? '')?.scrollIntoView({ behavior: 'smooth' });
  };
  useKeys({
    ...Object.fromEntries(presets.map((range, index) => [String(index + 1), () => setView({ range })])),
    ArrowLeft: shift(-1),
    ArrowRight: shift(1),
    '.': () => setView({ range: '1y' }),
    b: () => setView({ vs: view.vs === 'off' ? 'before' : 'off' }),
    '[': go(-1),
    ']': go(1),
    z: () => document.querySelector<HTMLElement>('[data-zone]')?.click(),
  });
}
