import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { Card } from '../card/card.tsx';
import { exact } from '../format/numbers.ts';

export const JobRejectionsFragment = graphql(`
  fragment JobRejections on Job {
    progress {
      rejected
      rejections {
        where
        reason
      }
    }
  }
`);

/** The rejected records: file, position, and reason. */
export function JobRejections(props: {
  job: FragmentType<typeof JobRejectionsFragment>;
  className?: string;
}) {
  const { rejected, rejections } = readFragment(JobRejectionsFragment, props.job).progress;
  if (rejected === 0) return null;
  return (
    <Card
      title="Rejected records"
      scope={
        rejections.length < rejected
          ? `${exact(rejected)}; the first ${exact(rejections.length)} are listed`
          : `${exact(rejected)}; the rest was imported`
      }
      height={64}
      table={{ columns: ['Where', 'Why'], rows: rejections.map(({ where, reason }) => [where, reason]) }}
      className={props.className ?? ''}
    >
      <ul className="max-h-96 divide-y overflow-y-auto text-sm" aria-label="Rejected records">
        {rejections.map(({ where, reason }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two records may be told of in the same words
          <li key={index} className="grid gap-x-4 gap-y-0.5 py-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <code className="font-mono text-fg-2 text-xs leading-[18px] [overflow-wrap:anywhere]">
              {where}
            </code>
            <span className="[overflow-wrap:anywhere]">{reason}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
