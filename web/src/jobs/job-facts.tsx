import type { ReactNode } from 'react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { Card } from '../card/card.tsx';
import { minuteOf, zoneName } from '../format/dates.ts';
import { duration } from '../format/durations.ts';
import { exact, unknown } from '../format/numbers.ts';
import { browserZone } from '../search-params/zone.ts';
import { providerName, workedSeconds } from './words.ts';

export const JobFactsFragment = graphql(`
  fragment JobFacts on Job {
    kind
    provider
    attempts
    createdAt
    startedAt
    finishedAt
    progress {
      pages
      fetched
      inserted
      updated
      rejected
      gone
    }
  }
`);

/** The figures and times of a job. */
export function JobFacts(props: {
  job: FragmentType<typeof JobFactsFragment>;
  queryHref: string;
  className?: string;
}) {
  const job = readFragment(JobFactsFragment, props.job);
  const { progress } = job;
  const when = (at: string | null | undefined) => (at == null ? unknown : minuteOf(at, browserZone));
  const seconds = workedSeconds(job);
  const isExport = job.kind === 'EXPORT';
  const facts: readonly (readonly [name: string, value: ReactNode, title?: string])[] = [
    [isExport ? 'Posts written' : 'Posts received', exact(progress.fetched)],
    ...(isExport
      ? []
      : ([
          ['New', exact(progress.inserted)],
          ['Changed', exact(progress.updated)],
          ['Rejected', exact(progress.rejected)],
          ...(progress.gone == null ? [] : ([['Gone from the archive', exact(progress.gone)]] as const)),
          ['Pages', exact(progress.pages)],
        ] as const)),
    ['Provider', job.provider == null ? 'any' : providerName(job.provider)],
    ['Attempts', exact(job.attempts)],
    ['Asked for', when(job.createdAt)],
    ['Begun', when(job.startedAt)],
    ['Ended', when(job.finishedAt)],
    ['Took', seconds === null ? unknown : duration(seconds)],
  ];
  return (
    <Card
      title="Figures"
      scope={zoneName(browserZone)}
      height={160}
      queryHref={props.queryHref}
      table={{
        columns: ['Figure', 'Value'],
        rows: facts.map(([name, value]) => [name, String(value)]),
      }}
      className={props.className ?? ''}
    >
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 pb-1 sm:grid-cols-3">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-fg-3 text-xs">{name}</dt>
            <dd className="nums font-medium text-sm">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
