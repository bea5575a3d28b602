import { Link } from '@tanstack/react-router';
import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import { ThreadRow } from '../conversations/thread-row.tsx';
import { depthsOf } from '../conversations/depths.ts';
import { exact } from '../format/numbers.ts';
import { Section } from './section.tsx';

const PostThread = graphql(`
  fragment PostThread on Post {
    id
    platformId
    conversation {
      id
      size
      participants
      maxDepth
      posts(first: 12) {
        nodes {
          id
          ...ThreadPlace
          ...ThreadRowFields
        }
      }
    }
  }
`);

/** The start of the post's thread. */
export function Thread({ post: masked, zone }: { post: FragmentType<typeof PostThread>; zone: string }) {
  const post = readFragment(PostThread, masked);
  const { conversation } = post;
  if (conversation == null || conversation.size < 2) return null;
  const { posts, size, participants, maxDepth } = conversation;
  const depths = depthsOf(posts.nodes);
  return (
    <Section
      title={`A thread of ${exact(size)} posts by ${exact(participants)} ${participants === 1 ? 'author' : 'authors'}, ${exact(maxDepth)} deep`}
    >
      <ol className="overflow-hidden rounded-control border">
        {posts.nodes.map((node, index) => (
          <li
            key={node.id}
            className={`border-b last:border-b-0 ${node.id === post.id ? 'bg-brand-soft' : ''}`}
          >
            <ThreadRow post={node} depth={depths[index] ?? 0} zone={zone} isCompact />
          </li>
        ))}
      </ol>
      <Link
        to="/conversation/$postId"
        params={{ postId: post.id }}
        className="mt-2 inline-block text-brand text-sm underline-offset-2 hover:underline"
      >
        {size > posts.nodes.length ? `See all ${exact(size)} posts` : 'See it as a conversation'}
      </Link>
    </Section>
  );
}
