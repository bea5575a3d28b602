import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { Card } from '../../card/card.tsx';
import { weekdays } from '../../format/dates.ts';
import { exact } from '../../format/numbers.ts';
import { weekdayNames } from '../../posts/search.ts';
import { Chip } from '../../ui/chip.tsx';
import { RowsSkeleton } from '../../ui/skeleton.tsx';
import { cardQuery } from '../card-query.ts';
import { usePosts, useStream } from '../stream.tsx';

/** When posts did best. */
export const BestTimesFragment = graphql(`
  fragment BestTimesCard on Stats {
    bestTimes(metric: ENGAGEMENT, first: 5) {
      weekday
      hour
      posts
      lift
      low
      high
      enough
    }
  }
`);

/** `2.4×`. */
const times = (value: number) => `${value.toFixed(1)}×`;

/** The five best hours to post, each with its interval and its number of posts. */
export function BestTimesCard(props: { stats: FragmentType<typeof BestTimesFragment> | null }) {
  const stats = readFragment(BestTimesFragment, props.stats);
  const stream = useStream();
  const { href } = usePosts();
  const slots = stats?.bestTimes ?? [];
  const names = weekdays('long');
  const most = Math.max(1, ...slots.map(({ high }) => high));
  const name = (slot: (typeof slots)[number]) =>
    `${names[weekdayNames.indexOf(slot.weekday)]} ${String(slot.hour).padStart(2, '0')}:00`;
  return (
    <Card
      title="Best time to post"
      scope="by engagement of a post"
      height={286}
      className="md:col-span-5 2xl:col-span-4"
      skeleton={<RowsSkeleton rows={8} />}
      state={
        stream.below.kind === 'ready' && slots.length === 0
          ? {
              kind: 'unknown',
              title: 'No best time is known',
              hint: 'This needs posts with a known hour and engagement.',
            }
          : stream.below
      }
      table={{
        columns: ['Hour', 'Times the usual', 'Low', 'High', 'Posts', 'Enough posts'],
        rows: slots.map((slot) => [
          name(slot),
          slot.lift,
          slot.low,
          slot.high,
          slot.posts,
          slot.enough ? 'yes' : 'no',
        ]),
      }}
      queryHref={cardQuery(BestTimesFragment, stream)}
    >
      <ol className="divide-y">
        {slots.map((slot, index) => (
          <li key={name(slot)} className="py-2 first:pt-0">
            <a
              href={href({ weekdays: [slot.weekday], hours: [slot.hour] })}
              className="block rounded-sm hover:bg-hover"
            >
              <span className="flex items-baseline gap-3">
                <span className="nums w-3 text-fg-3 text-xs">{index + 1}</span>
                <span className="font-medium text-sm">{name(slot)}</span>
                {!slot.enough && <Chip tone="warn">not enough posts</Chip>}
                <span className="nums ml-auto font-semibold text-sm">{times(slot.lift)}</span>
              </span>
              <span className="mt-1 flex items-center gap-3 pl-6">
                <Lift slot={slot} most={most} />
                <span className="nums w-36 shrink-0 whitespace-nowrap text-right text-fg-2 text-xs">
                  {times(slot.low)}–{times(slot.high)} · {exact(slot.posts)} posts
                </span>
              </span>
            </a>
          </li>
        ))}
      </ol>
      {slots.length > 0 && (
        <p className="pt-1 text-fg-3 text-xs">1× is the usual post here. The line is the 80% interval.</p>
      )}
    </Card>
  );
}

/** The lift as a bar, with its interval as a thin line over it. */
function Lift({
  slot,
  most,
}: {
  slot: { lift: number; low: number; high: number; enough: boolean };
  most: number;
}) {
  const at = (value: number) => `${Math.min(100, (value / most) * 100)}%`;
  return (
    <span aria-hidden className="relative h-2 flex-1 rounded-full bg-surface-2">
      <span
        className={`absolute inset-y-0 left-0 rounded-full ${slot.enough ? 'bg-c1' : 'bg-c1/35'}`}
        style={{ width: at(slot.lift) }}
      />
      <span
        className="absolute top-1/2 h-px bg-fg"
        style={{ left: at(slot.low), width: `calc(${at(slot.high)} - ${at(slot.low)})` }}
      />
    </span>
  );
}
