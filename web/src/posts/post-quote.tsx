import { Link } from '@tanstack/react-router';
import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import { dayOf, minuteOf } from '../format/dates.ts';
import { Avatar } from '../ui/avatar.tsx';
import { postLink } from './link.ts';
import { MetricLine } from './metrics.tsx';

const PostQuoteFields = graphql(`
  fragment PostQuoteFields on Post {
    platform
    platformId
    text
    createdAt
    hourKnown
    language
    author {
      handle
      displayName
      avatar
    }
    metrics {
      likes
      reposts
      replies
      impressions
      impressionsEstimated
    }
  }
`);

type QuotedPostProps = { post: FragmentType<typeof PostQuoteFields>; zone: string };

/** Another post inside of one: quoted, reposted or replied to. The whole box is its link. */
export function QuotedPost({ post: masked, zone }: QuotedPostProps) {
  const post = readFragment(PostQuoteFields, masked);
  return (
    <div className="relative rounded-control border p-3 hover:bg-surface-2">
      <p className="flex items-center gap-2 text-fg-2 text-xs">
        <Avatar name={post.author.displayName} src={post.author.avatar} size={18} />
        <Link
          {...postLink(post)}
          className="truncate font-medium text-fg text-sm after:absolute after:inset-0"
        >
          @{post.author.handle}
        </Link>
        <time dateTime={post.createdAt} className="nums whitespace-nowrap">
          {post.hourKnown ? minuteOf(post.createdAt, zone) : dayOf(post.createdAt, 'UTC')}
        </time>
      </p>
      <p
        lang={post.language ?? undefined}
        dir="auto"
        className="mt-1.5 line-clamp-4 whitespace-pre-wrap break-words"
      >
        {post.text}
      </p>
      <MetricLine metrics={post.metrics} className="mt-2" />
    </div>
  );
}
