import { Link } from '@tanstack/react-router';
import { Eye, Heart, MessageCircle, Repeat2 } from 'lucide-react';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { dayOf, minuteOf } from '../format/dates.ts';
import { compact } from '../format/numbers.ts';
import { postLink } from '../posts/link.ts';

/** A post in a short list. */
export const PostLineFragment = graphql(`
  fragment PostLine on Post {
    id
    platform
    platformId
    text
    createdAt
    author {
      id
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

/** Posts in a short list: author, text, figures and time. Each links to its page. */
export function PostLines(props: {
  label: string;
  posts: readonly FragmentType<typeof PostLineFragment>[];
  zone: string;
}) {
  return (
    <ol aria-label={props.label}>
      {readFragment(PostLineFragment, props.posts).map((post) => {
        const { likes, reposts, replies, impressions, impressionsEstimated } = post.metrics;
        return (
          <li key={post.id} className="border-b py-2.5 first:pt-0 last:border-0">
            <Link {...postLink(post)} className="group block">
              <span className="line-clamp-2 group-hover:underline">
                <span className="text-fg-2">@{post.author.handle} </span>
                {post.text}
              </span>
              <span className="nums mt-1 flex flex-wrap items-center gap-x-4 text-fg-2 text-xs">
                <Figure name="likes" value={likes} icon={<Heart size={13} />} />
                <Figure name="reposts" value={reposts} icon={<Repeat2 size={13} />} />
                <Figure name="replies" value={replies} icon={<MessageCircle size={13} />} />
                <Figure
                  name="impressions"
                  value={impressions}
                  isEstimated={impressionsEstimated}
                  icon={<Eye size={13} />}
                />
                <time
                  dateTime={post.createdAt}
                  title={minuteOf(post.createdAt, props.zone)}
                  className="ml-auto"
                >
                  {dayOf(post.createdAt, props.zone)}
                </time>
              </span>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}

function Figure(props: { name: string; value: number | null; icon: React.ReactNode; isEstimated?: boolean }) {
  const { name, value, icon, isEstimated = false } = props;
  return (
    <span className="inline-flex items-center gap-1">
      {icon}
      <span className={isEstimated && value !== null ? 'border-fg-3 border-b border-dashed' : undefined}>
        {isEstimated && value !== null ? '~' : ''}
        {compact(value)}
      </span>
      <span className="sr-only">{isEstimated ? `${name}, estimated` : name}</span>
    </span>
  );
}
