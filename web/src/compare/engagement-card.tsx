import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { compact, exact } from '../format/numbers.ts';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { type Compared, slotColour } from './compared.ts';

/** The engagement per post: the mean as a bar, the median as a tick, the 90th percentile as text. */
export function EngagementCard(props: {
  streams: readonly Compared[];
  /** The number of requested streams, which sets the card's size before they load. */
  count: number;
  state: CardState;
  queryHref: string;
}) {
  const { streams, count, state, queryHref } = props;
  const figures = streams.map(({ slot, head }) => ({ slot, title: head.title, ...head.stats.totals }));
  // Three or more streams are side by side.
  const isWide = count > 2;
  const most = Math.max(
    1,
    ...figures.map(({ engagementPerPost, engagementMedian }) =>
      Math.max(engagementPerPost ?? 0, engagementMedian ?? 0),
    ),
  );
  const share = (value: number) => `${(value / most) * 100}%`;
  return (
    <Card
      className={`md:col-span-12 ${isWide ? '' : 'xl:col-span-5'}`}
      title="Engagement per post"
      scope="mean; the tick is the middle post"
      height={isWide ? 64 : 220}
      state={state}
      skeleton={<RowsSkeleton rows={8} />}
      queryHref={queryHref}
      table={{
        columns: ['Stream', 'Mean', 'Median', '90th percentile'],
        rows: figures.map((each) => [
          each.title,
          each.engagementPerPost,
          each.engagementMedian,
          each.engagementP90,
        ]),
      }}
    >
      <ul
        className={`grid grid-cols-1 gap-x-8 gap-y-4 ${isWide ? 'sm:grid-cols-2 lg:grid-flow-col lg:auto-cols-fr lg:grid-cols-none' : ''}`}
      >
        {figures.map((each) => (
          <li key={each.slot}>
            <p className="nums flex items-baseline gap-3 text-sm">
              <span className="min-w-0 flex-1 truncate">{each.title}</span>
              <span className="font-semibold" title={exact(each.engagementPerPost)}>
                {compact(each.engagementPerPost)}
              </span>
            </p>
            <div aria-hidden className="relative mt-1 h-2.5 rounded-[3px] bg-surface-2">
              {each.engagementPerPost !== null && (
                <span
                  className="absolute inset-y-0 left-0 rounded-[3px]"
                  style={{ width: share(each.engagementPerPost), background: slotColour(each.slot) }}
                />
              )}
              {each.engagementMedian !== null && (
                <span
                  className="-inset-y-1 -ml-px absolute w-0.5 bg-fg"
                  style={{ left: share(each.engagementMedian) }}
                />
              )}
            </div>
            <p className="nums mt-1 text-fg-2 text-xs">
              middle post {compact(each.engagementMedian)} · one in ten above {compact(each.engagementP90)}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
