import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { compact, exact, mean, rate } from '../format/numbers.ts';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { type Compared, slotColour } from './compared.ts';
import { bestOf } from './compute.ts';

type Metric = {
  readonly name: string;
  readonly value: (head: Compared['head']) => number | null;
  readonly text: (value: number | null) => string;
  /** Whether part of it is estimated. */
  readonly isEstimated?: (head: Compared['head']) => boolean;
};

const hasEstimates = (head: Compared['head']) => (head.stats.totals.impressionsEstimatedShare ?? 0) > 0;
const metrics: readonly Metric[] = [
  { name: 'Posts', value: ({ stats }) => stats.totals.posts, text: compact },
  { name: 'Originals', value: ({ stats }) => stats.totals.originals, text: compact },
  { name: 'Active days', value: ({ stats }) => stats.totals.activeDays, text: compact },
  { name: 'Likes', value: ({ stats }) => stats.totals.likesReceived, text: compact },
  { name: 'Reposts', value: ({ stats }) => stats.totals.repostsReceived, text: compact },
  { name: 'Replies', value: ({ stats }) => stats.totals.repliesReceived, text: compact },
  {
    name: 'Impressions',
    value: ({ stats }) => stats.totals.impressions,
    text: compact,
    isEstimated: hasEstimates,
  },
  { name: 'Engagement per post', value: ({ stats }) => stats.totals.engagementPerPost, text: oneDecimal },
  {
    name: 'Engagement rate',
    value: ({ stats }) => stats.totals.engagementRate,
    text: rate,
  },
  { name: 'Sentiment', value: ({ stats }) => stats.sentiment.mean, text: mean },
  {
    name: 'Followers',
    value: (head) => (head.__typename === 'Account' ? head.followers : null),
    text: compact,
  },
];

/** The figures of all streams side by side: the highest in a row is bold, `–` is not known, `~` is partly estimated. */
export function MetricsCard(props: {
  streams: readonly Compared[];
  /** The number of requested streams, which sets the card's size before they load. */
  count: number;
  state: CardState;
  zone: string;
  queryHref: string;
}) {
  const { streams, count } = props;
  return (
    <Card
      className={`md:col-span-12 ${count < 3 ? 'xl:col-span-5' : count === 3 ? 'xl:col-span-6' : ''}`}
      title="Figures"
      height={metrics.length * 33 + 33}
      state={props.state}
      skeleton={<RowsSkeleton rows={12} />}
      zone={props.zone}
      queryHref={props.queryHref}
      table={{
        columns: ['Figure', ...streams.map(({ head }) => head.title)],
        rows: metrics.map(({ name, value }) => [name, ...streams.map(({ head }) => value(head))]),
      }}
      footer="Bold: highest in the row. –: not known. ~: partly estimated."
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard */}
      <section className="relative overflow-x-auto" aria-label="Figures of all streams" tabIndex={0}>
        <table className="w-full border-collapse text-sm max-sm:text-xs">
          <thead>
            <tr>
              <th scope="col" className="h-8 text-left font-medium text-fg-3 text-xs">
                Figure
              </th>
              {streams.map(({ slot, head }) => (
                <th
                  key={slot}
                  scope="col"
                  className="max-w-20 truncate pl-2.5 text-right font-medium text-xs sm:max-w-36 sm:pl-4"
                  title={head.title}
                >
                  <span
                    aria-hidden
                    className="mr-1.5 inline-block size-2 rounded-full"
                    style={{ background: slotColour(slot) }}
                  />
                  {head.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map(({ name, value, text, isEstimated }) => {
              const best = bestOf(streams.map(({ head }) => value(head)));
              return (
                <tr key={name} className="h-[33px] border-t">
                  <th scope="row" className="text-left font-normal text-fg-2 sm:whitespace-nowrap">
                    {name}
                  </th>
                  {streams.map(({ slot, head }, index) => {
                    const figure = value(head);
                    const estimated = figure !== null && isEstimated?.(head) === true;
                    return (
                      <td
                        key={slot}
                        title={exact(figure)}
                        className={`nums whitespace-nowrap pl-2.5 text-right sm:pl-4 ${best[index] ? 'font-semibold' : ''}`}
                      >
                        {estimated && '~'}
                        {text(figure)}
                        {best[index] && <span className="sr-only"> (most)</span>}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

/** A mean per post: with one decimal below a hundred. */
function oneDecimal(value: number | null): string {
  return value === null || value >= 100 ? compact(value) : exact(Math.round(value * 10) / 10);
}
