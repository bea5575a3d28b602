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

/** What a row of a list of posts shows. */
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
  /** Finds the words of the search. */
  matcher: RegExp | null;
  zone: string;
  /** Without picture and figures: who scrolls so fast that they cannot be read sees who, when and the text. */
  isLight?: boolean;
  /** Opens the post beside the list; returns false when there is no room, and the link is followed. */
  onOpen?: ((post: { readonly platform: string; readonly platformId: string }) => boolean) | undefined;
};

/** One post in a list: who, when, two lines of its text, its figures. The whole row is its link. */
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
        {/* Squeezed by a pixel, its first line would end in an ellipsis already. */}
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
      {/* Below the text, or beside it: one line in two places, as half of a row's elements are in it. */}
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
/** The kinds in people's words. */
export const kindNames: Record<PostKind, string> = {
  ORIGINAL: 'original',
  REPLY: 'reply',
  REPOST: 'repost',
  QUOTE: 'quote',
  MESSAGE: 'message',
};

/** The kind of a post that is neither an original nor a chat message. */
export function KindMark({ kind }: { kind: PostKind }) {
  if (kind === 'ORIGINAL' || kind === 'MESSAGE') return null;
  const Icon = kindIcons[kind];
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-fg-3">
      <Icon size={12} /> {kindNames[kind]}
    </span>
  );
}
