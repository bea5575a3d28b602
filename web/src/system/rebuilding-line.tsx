import { Hammer } from 'lucide-react';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { compact } from '../format/numbers.ts';
import { Progress } from '../ui/progress.tsx';

export const RebuildingLineFragment = graphql(`
  fragment RebuildingLine on Rebuilding {
    streams
    postsDone
    postsTotal
  }
`);

/** What remains to be rebuilt after an update. Meanwhile answers are right, except for this version's additions. */
export function RebuildingLine(props: { rebuilding: FragmentType<typeof RebuildingLineFragment> }) {
  const { streams, postsDone, postsTotal } = readFragment(RebuildingLineFragment, props.rebuilding);
  return (
    <section
      aria-label="Rebuilding"
      className="card mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm sm:px-5"
    >
      <Hammer size={15} className="text-fg-3" />
      <p className="nums">
        Rebuilding after an update: {compact(postsDone)} of {compact(postsTotal)} posts of {compact(streams)}{' '}
        {streams === 1 ? 'stream' : 'streams'}
      </p>
      <Progress
        value={postsTotal === 0 ? null : postsDone / postsTotal}
        label="Rebuilding"
        className="max-w-56"
      />
    </section>
  );
}
