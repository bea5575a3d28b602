import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { compact, exact } from '../format/numbers.ts';
import { FiguresCard } from './figures.tsx';

export const IngestCardFragment = graphql(`
  fragment IngestCard on System {
    ingest {
      posts
      batches
      meanBatchSize
      jobsEnqueued
      postsPerSecond
    }
  }
`);

/** What was ingested. */
export function IngestCard(props: {
  system: FragmentType<typeof IngestCardFragment>;
  queryHref: string;
  className: string;
}) {
  const { ingest } = readFragment(IngestCardFragment, props.system);
  const count = (name: string, value: number) => ({
    name,
    shown: compact(value),
    cell: value,
    title: exact(value),
  });
  return (
    <FiguresCard
      title="Ingest"
      queryHref={props.queryHref}
      className={props.className}
      figures={[
        count('Posts received', ingest.posts),
        count('Batches', ingest.batches),
        count('Posts a batch', Math.round(ingest.meanBatchSize)),
        count('Jobs', ingest.jobsEnqueued),
        count('Posts a second, last job', Math.round(ingest.postsPerSecond)),
      ]}
    />
  );
}
