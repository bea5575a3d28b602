import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import { minuteOf, zoneName } from '../format/dates.ts';
import { compact, exact } from '../format/numbers.ts';
import { Amount } from './metrics.tsx';
import { historyPath } from './history-path.ts';
import { Section } from './section.tsx';

const PostHistory = graphql(`
  fragment PostHistory on Post {
    history {
      observedAt
      likes
      reposts
      replies
      quotes
      impressions
      impressionsEstimated
    }
  }
`);

const lines = [
  ['Likes', 'likes'],
  ['Reposts', 'reposts'],
  ['Replies', 'replies'],
  ['Quotes', 'quotes'],
  ['Impressions', 'impressions'],
] as const;
const width = 200;
const height = 28;

/** The growth of a post's figures, as a line for each, with a table of all observations. */
export function History({ post, zone }: { post: FragmentType<typeof PostHistory>; zone: string }) {
  const { history } = readFragment(PostHistory, post);
  const first = history[0];
  const last = history.at(-1);
  if (first === undefined || last === undefined) return null;
  if (history.length === 1)
    return (
      <p className="text-fg-3 text-xs">
        The figures were read once, {minuteOf(first.observedAt, zone)}, {zoneName(zone)}. The next fetch shows
        how they change.
      </p>
    );
  const times = history.map(({ observedAt }) => Date.parse(observedAt));
  return (
    <Section title={`Changed ${history.length - 1} times, ${zoneName(zone)}`}>
      <ul className="divide-y">
        {lines.map(([name, key]) => {
          const values = history.map((each) => each[key] ?? null);
          const known = values.filter((value) => value !== null);
          const gained = known.length < 2 ? null : (known.at(-1) ?? 0) - (known[0] ?? 0);
          return (
            <li key={key} className="flex h-10 items-center gap-3 text-sm">
              <span className="w-24 text-fg-2 text-xs">{name}</span>
              {known.length < 2 ? (
                <span className="flex-1 text-fg-3 text-xs">
                  {known.length === 0 ? 'unknown' : 'known once'}
                </span>
              ) : (
                <svg
                  aria-hidden="true"
                  viewBox={`0 0 ${width} ${height}`}
                  preserveAspectRatio="none"
                  className="h-7 min-w-0 flex-1 text-c1"
                >
                  <path
                    d={historyPath(times, values, width, height)}
                    fill="none"
                    stroke="currentColor"
                    strokeWidth="1.6"
                    vectorEffect="non-scaling-stroke"
                    strokeDasharray={key === 'impressions' && last.impressionsEstimated ? '4 3' : undefined}
                  />
                </svg>
              )}
              <span className="nums w-16 text-right">
                <Amount value={last[key]} isEstimated={key === 'impressions' && last.impressionsEstimated} />
              </span>
              <span className="nums w-16 text-right text-fg-2 text-xs">
                {gained === null || gained === 0
                  ? ''
                  : `${gained > 0 ? '+' : '−'}${compact(Math.abs(gained))}`}
              </span>
            </li>
          );
        })}
      </ul>
      <details className="mt-1">
        <summary className="cursor-pointer text-brand text-xs">As a table</summary>
        <div className="mt-2 max-h-60 overflow-auto" tabIndex={-1}>
          <table className="nums w-full text-xs">
            <thead>
              <tr className="text-fg-2">
                <th scope="col" className="py-1 pr-2 text-left font-medium">
                  Seen
                </th>
                {lines.map(([name, key]) => (
                  <th key={key} scope="col" className="py-1 pl-2 text-right font-medium">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {history.map((each) => (
                <tr key={each.observedAt} className="border-t">
                  <td className="whitespace-nowrap py-1 pr-2">{minuteOf(each.observedAt, zone)}</td>
                  {lines.map(([, key]) => (
                    <td key={key} className="py-1 pl-2 text-right">
                      {exact(each[key])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Section>
  );
}
