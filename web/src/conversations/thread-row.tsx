import { ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import { dayOf, minuteOf } from '../format/dates.ts';
import { exact } from '../format/numbers.ts';
import { RowLink } from '../list/row-link.tsx';
import { postHref } from '../posts/link.ts';
import { MetricLine } from '../posts/metrics.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { cn } from '../ui/cn.ts';

const ThreadRowFields = graphql(`
  fragment ThreadRowFields on Post {
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

/** Levels that are drawn; deeper posts show their depth as text. */
export const mostLevels = 8;

type ThreadRowProps = {
  post: FragmentType<typeof ThreadRowFields>;
  /** 0 for the root. */
  depth: number;
  zone: string;
  /** For use beside a list: narrower levels, at most two lines, no figures. */
  isCompact?: boolean;
};

/** One post of a thread, indented by its depth; lines lead up to its parent. */
export const ThreadRow = memo(function ThreadRow({
  post: masked,
  depth,
  zone,
  isCompact = false,
}: ThreadRowProps) {
  const post = readFragment(ThreadRowFields, masked);
  const level = Math.min(depth, mostLevels);
  return (
    <div
      className={cn(
        'relative flex h-full hover:bg-surface-2',
        isCompact ? '[--level:12px]' : '[--level:12px] sm:[--level:24px]',
      )}
    >
      <span
        aria-hidden
        className="thread-lines shrink-0 self-stretch"
        style={{ width: `calc(var(--level) * ${level})` }}
      />
      <div className={cn('flex min-w-0 flex-1 gap-2.5 px-3', isCompact ? 'py-2' : 'py-1.5')}>
        <Avatar name={post.author.displayName} src={post.author.avatar} size={isCompact ? 20 : 24} />
        <div className="flex min-w-0 flex-1 flex-col">
          <p className="flex min-w-0 items-center gap-1.5 text-fg-2 text-xs">
            <RowLink href={postHref(post)} className="truncate font-medium text-fg text-sm">
              @{post.author.handle}
            </RowLink>
            <time dateTime={post.createdAt} className="nums whitespace-nowrap">
              {post.hourKnown ? minuteOf(post.createdAt, zone) : dayOf(post.createdAt, 'UTC')}
            </time>
            {depth > mostLevels && (
              <span className="nums inline-flex shrink-0 items-center rounded-full bg-surface-2 px-1.5 text-axis">
                deeper <ChevronRight size={11} aria-hidden /> {exact(depth)}
              </span>
            )}
            <span className="sr-only">, {depth === 0 ? 'the root' : `reply, ${exact(depth)} deep`}</span>
          </p>
          <p
            lang={post.language ?? undefined}
            dir="auto"
            className={cn('mt-0.5 line-clamp-2 break-words', isCompact && 'text-sm')}
          >
            {post.text}
          </p>
          {!isCompact && <MetricLine metrics={post.metrics} className="mt-auto md:hidden" />}
        </div>
        {!isCompact && (
          <MetricLine
            metrics={post.metrics}
            className="hidden w-66 shrink-0 grid-cols-4 self-start pt-px md:grid"
          />
        )}
      </div>
    </div>
  );
});
