import { Image, Quote, Repeat2, Reply } from 'lucide-react';
import { memo } from 'react';
import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import type { PostKind } from '../../gql/graphql.ts';
import { dayOf, minuteOf } from '../format/dates.ts';
import { RowLink } from '../list/row-link.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { highlight } from './highlight.ts';
import { postHref } from './link.ts';
import { MetricLine } from './metrics.tsx';

/** The fields for a row of a list of posts. */
export const PostRowFields = graphql(`
  fragment PostRowFields on Post {
    id
    platform
    platformId
    text
    createdAt
    hourKnown
    kind
    language
    author {
      handle
      displayName
      avatar
    }
    sentiment {
      label
    }
    media {
      kind
    }
    metrics {
      likes
      reposts
      replies
      impressions
      impressionsEstimated
    }
    stream {
      id
      title
    }
  }
`);

type PostRowProps = {
  post: FragmentType<typeof PostRowFields>;
  /** Matches the words of the search. */
  matcher: RegExp | null;
  zone: string;
  /** Without picture and figures: for scrolling so fast that only author, time and text are visible. */
  isLight?: boolean;
  /** Opens the post beside the list; returns false when there is no room, so that the link is followed. */
  onOpen?: ((post: { readonly platform: string; readonly platformId: string }) => boolean) | undefined;
};

/** One post in a list: author, time, two lines of text, figures. The whole row is its link. */
export const PostRow = memo(function PostRow(props: PostRowProps) {
  const { post: masked, matcher, zone, isLight = false, onOpen } = props;
  const post = readFragment(PostRowFields, masked);
  const { author, media, stream } = post;
  return (
    <div className="relative grid h-full grid-cols-1 grid-rows-[auto_auto] content-between gap-x-3 px-4 py-2 hover:bg-surface-2 sm:grid-cols-[auto_minmax(0,1fr)] md:grid-cols-[auto_minmax(0,1fr)_auto] md:grid-rows-1 md:content-stretch">
      {isLight ? (
        <span className="size-8 max-sm:hidden sm:row-span-2 md:row-span-1" />
      ) : (
        <Avatar
          name={author.displayName}
          src={author.avatar}
          size={32}
          className="self-start max-sm:hidden sm:row-span-2 md:row-span-1"
        />
      )}
      <div className="flex min-w-0 flex-col">
        <p className="flex min-w-0 items-center gap-1.5 text-fg-2 text-xs">
          <RowLink
            href={postHref(post)}
            onFollow={onOpen && (() => onOpen(post))}
            className="truncate font-medium text-fg text-sm"
          >
            @{author.handle}
          </RowLink>
          <span aria-hidden>·</span>
          <time dateTime={post.createdAt} className="nums whitespace-nowrap">
            {post.hourKnown ? minuteOf(post.createdAt, zone) : dayOf(post.createdAt, 'UTC')}
          </time>
          {!isLight && <KindMark kind={post.kind} />}
          {!isLight && media.length > 0 && (
            <Image size={13} role="img" aria-label="with media" className="shrink-0" />
          )}
          {stream.title !== `@${author.handle}` && (
            <span className="truncate text-fg-3 max-sm:hidden">in {stream.title}</span>
          )}
        </p>
        {/* If it were a pixel narrower, its first line would already end in an ellipsis. */}
        <p
          lang={post.language ?? undefined}
          dir="auto"
          className="mt-0.5 line-clamp-2 shrink-0 break-words text-fg"
        >
          {highlight(post.text, matcher).map(({ text, isMatch }, index) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
            isMatch ? <Match key={index}>{text}</Match> : text,
          )}
        </p>
      </div>
      {/* Below the text or beside it: the same line in two places, since it makes up half of a row's elements. */}
      {isLight ? (
        <span className="h-4 md:w-66" />
      ) : (
        <MetricLine metrics={post.metrics} className="md:w-66 md:grid-cols-4 md:self-start md:pt-px" />
      )}
    </div>
  );
});

/** A matched word. */
export function Match({ children }: { children: string }) {
  return <mark className="rounded-[3px] bg-warn-soft px-0.5 font-semibold text-fg">{children}</mark>;
}

const kindIcons = { REPLY: Reply, REPOST: Repeat2, QUOTE: Quote } as const;
/** Display names of kinds. */
export const kindNames: Record<PostKind, string> = {
  ORIGINAL: 'original',
  REPLY: 'reply',
  REPOST: 'repost',
  QUOTE: 'quote',
  MESSAGE: 'message',
};

/** The mark of a reply, repost or quote. */
export function KindMark({ kind }: { kind: PostKind }) {
  if (kind === 'ORIGINAL' || kind === 'MESSAGE') return null;
  const Icon = kindIcons[kind];
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-fg-3">
      <Icon size={12} /> {kindNames[kind]}
    </span>
  );
}
