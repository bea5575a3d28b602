import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { graphql } from '../../../gql/gql.ts';
import { Strip } from '../../chart/strip.tsx';
import { exact } from '../../format/numbers.ts';
import type { PostsView } from '../../posts/search.ts';
import { cn } from '../../ui/cn.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { usePosts } from '../stream.tsx';

/** The posts of a range by their kind. */
export const KindsFragment = graphql(`
  fragment KindsStrip on Totals {
    originals
    replies
    reposts
    quotes
  }
`);

type Kind = PostsView['kinds'][number];

const kinds = [
  { kind: 'ORIGINAL', field: 'originals', colour: 'var(--c1)' },
  { kind: 'REPLY', field: 'replies', colour: 'var(--c3)' },
  { kind: 'REPOST', field: 'reposts', colour: 'var(--c2)' },
  { kind: 'QUOTE', field: 'quotes', colour: 'var(--c6)' },
] as const satisfies readonly { kind: Kind; field: string; colour: string }[];

// Room for two lines of labels on a phone. The same height without posts, so that the chart above does not move.
const box = 'mt-auto min-h-[59px] px-4 pt-1 pb-4 max-sm:min-h-20 sm:px-5';

/** Originals, replies, reposts and quotes of the range as one strip; each links to its posts. */
export function KindsStrip({ totals }: { totals: FragmentType<typeof KindsFragment> }) {
  const counts = readFragment(KindsFragment, totals);
  const { href } = usePosts();
  return (
    <div className={box}>
      <Strip
        label="Posts by kind"
        className="justify-start gap-x-6"
        parts={kinds.map(({ kind, field, colour }) => ({
          name: field,
          value: counts[field],
          colour,
          title: exact(counts[field]),
          href: href({ kinds: [kind] }),
        }))}
      />
    </div>
  );
}

/** Its place while the totals load. */
export function KindsSkeleton() {
  return (
    <div aria-hidden className={cn(box, 'space-y-2')}>
      <Skeleton className="h-2.5 w-full" />
      <Skeleton className="h-3 w-2/3" />
    </div>
  );
}
