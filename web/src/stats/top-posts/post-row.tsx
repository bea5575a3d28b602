import { Link } from '@tanstack/react-router';
import { Eye, Heart, type LucideIcon, MessageCircle, Repeat2 } from 'lucide-react';
import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { dayOf, minuteOf } from '../../format/dates.ts';
import { compact, exact } from '../../format/numbers.ts';
import { postLink } from '../../posts/link.ts';

/** A post in a list of a few. */
export const PostRowFragment = graphql(`
  fragment PostRow on Post {
    id
    platform
    platformId
    text
    createdAt
    hourKnown
    author {
      handle
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

/** A post: two lines of its text, its figures, its day. */
export function PostRow(props: {
  post: FragmentType<typeof PostRowFragment>;
  zone: string;
  author: boolean;
}) {
  const post = readFragment(PostRowFragment, props.post);
  const { metrics } = post;
  return (
    <li className="relative px-4 py-2.5 hover:bg-surface-2 sm:px-5">
      <Link
        {...postLink(post)}
        className="line-clamp-2 min-h-9 break-words text-sm after:absolute after:inset-0"
      >
        {props.author && <span className="font-medium">@{post.author.handle} </span>}
        {post.text}
      </Link>
      <p className="nums mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1 text-fg-2 text-xs">
        <Figure icon={Heart} name="likes" value={metrics.likes} />
        <Figure icon={Repeat2} name="reposts" value={metrics.reposts} />
        <Figure icon={MessageCircle} name="replies" value={metrics.replies} />
        <Figure
          icon={Eye}
          name="impressions"
          value={metrics.impressions}
          estimated={metrics.impressionsEstimated}
        />
        <time
          dateTime={post.createdAt}
          title={post.hourKnown ? minuteOf(post.createdAt, props.zone) : 'The hour is not known'}
          className="ml-auto"
        >
          {dayOf(post.createdAt, props.zone)}
        </time>
      </p>
    </li>
  );
}

function Figure(props: {
  icon: LucideIcon;
  name: string;
  value: number | null | undefined;
  estimated?: boolean;
}) {
  const { icon: Icon, name, value, estimated = false } = props;
  const isEstimated = estimated && value != null;
  return (
    <span
      className="inline-flex items-center gap-1"
      title={`${exact(value)} ${name}${isEstimated ? ', estimated' : ''}`}
    >
      <Icon aria-hidden size={13} strokeWidth={1.9} />
      <span className={isEstimated ? 'border-fg-3 border-b border-dashed' : ''}>
        {isEstimated && '~'}
        {compact(value)}
      </span>
      <span className="sr-only">
        {name}
        {isEstimated && ', estimated'}
      </span>
    </span>
  );
}
