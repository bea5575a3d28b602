import { useState } from 'react';
import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { Card } from '../../card/card.tsx';
import { dayOf } from '../../format/dates.ts';
import { Segments } from '../../ui/segments.tsx';
import { RowsSkeleton } from '../../ui/skeleton.tsx';
import { cardQuery } from '../card-query.ts';
import { usePosts, useStream } from '../stream.tsx';
import { PostRow, PostRowFragment } from './post-row.tsx';

/** The best posts, by each measure. */
export const TopPostsFragment = graphql(`
  fragment TopPostsCard on Stats {
    likes: topPosts(by: LIKES, first: 5) {
      ...PostRow
    }
    reposts: topPosts(by: REPOSTS, first: 5) {
      ...PostRow
    }
    replies: topPosts(by: REPLIES, first: 5) {
      ...PostRow
    }
    impressions: topPosts(by: IMPRESSIONS, first: 5) {
      ...PostRow
    }
  }
`);

const choices = [
  { value: 'likes', label: 'Likes' },
  { value: 'reposts', label: 'Reposts' },
  { value: 'replies', label: 'Replies' },
  { value: 'impressions', label: 'Impressions' },
] as const;
type Choice = (typeof choices)[number]['value'];
const sortOf = {
  likes: 'LIKES',
  reposts: 'REPOSTS',
  replies: 'REPLIES',
  impressions: 'IMPRESSIONS',
} as const;

/** The five best posts by likes, reposts, replies or impressions. `authors`: whether to show each author. */
export function TopPostsCard(props: {
  stats: FragmentType<typeof TopPostsFragment> | null;
  authors?: boolean;
}) {
  const stats = readFragment(TopPostsFragment, props.stats);
  const stream = useStream();
  const { view, below } = stream;
  const { href, open } = usePosts();
  const [choice, setChoice] = useState<Choice>('likes');
  const posts = stats?.[choice] ?? [];
  const read = readFragment(PostRowFragment, posts);
  return (
    <Card
      title="Top posts"
      anchor="posts"
      height={376}
      className="md:col-span-7 2xl:col-span-4"
      state={
        below.kind === 'ready' && posts.length === 0
          ? {
              kind: 'empty',
              title: `No post in this range has ${choice}`,
              hint: 'Or they are not known.',
              ...(view.range !== 'all' && {
                offers: [{ label: 'Show all', onClick: () => stream.setView({ range: 'all' }) }],
              }),
            }
          : below
      }
      skeleton={<RowsSkeleton rows={14} />}
      zone={view.zone}
      controls={<Segments small label="Measure" value={choice} items={choices} onChange={setChoice} />}
      table={{
        columns: ['Text', 'Posted', 'Likes', 'Reposts', 'Replies', 'Impressions'],
        rows: read.map(({ text, createdAt, metrics }) => [
          text,
          dayOf(createdAt, view.zone),
          metrics.likes ?? null,
          metrics.reposts ?? null,
          metrics.replies ?? null,
          metrics.impressions ?? null,
        ]),
      }}
      queryHref={cardQuery(TopPostsFragment, stream)}
      footer={
        <button
          type="button"
          className="cursor-pointer text-brand hover:underline"
          onClick={() => open(href({ sort: sortOf[choice] }))}
        >
          All posts by {choice}
        </button>
      }
    >
      <ol aria-label={`Top posts by ${choice}`} className="-mx-4 divide-y border-t sm:-mx-5">
        {posts.map((post, index) => (
          <PostRow key={read[index]?.id} post={post} zone={view.zone} author={props.authors ?? false} />
        ))}
      </ol>
    </Card>
  );
}
