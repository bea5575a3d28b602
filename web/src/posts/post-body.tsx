import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import { dateFormat, dayOf, minuteOf, zoneName } from '../format/dates.ts';
import { mean } from '../format/numbers.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Chip } from '../ui/chip.tsx';
import { isHttp, shortUrl, type TextPart, textParts } from './entities.ts';
import { languageName, moodLabels } from './filters/words.ts';
import { highlight } from './highlight.ts';
import { postsLink } from './link.ts';
import { KindMark, Match } from './post-row.tsx';

const PostBodyFields = graphql(`
  fragment PostBodyFields on Post {
    text
    createdAt
    hourKnown
    kind
    language
    hashtags
    mentions
    urls
    sentiment {
      label
      score
    }
    author {
      handle
      displayName
      avatar
    }
  }
`);

type PostBodyProps = {
  post: FragmentType<typeof PostBodyFields>;
  matcher: RegExp | null;
  zone: string;
};

/** A post's author, its text with links, its language and mood. */
export function PostBody({ post: masked, matcher, zone }: PostBodyProps) {
  const post = readFragment(PostBodyFields, masked);
  const { author, sentiment } = post;
  const inText = new Set(textParts(post.text, post).map(({ target }) => target));
  const moreLinks = post.urls.filter((url) => !inText.has(url) && isHttp(url));
  return (
    <div>
      <div className="flex items-center gap-3">
        <Avatar name={author.displayName} src={author.avatar} size={40} />
        <div className="min-w-0">
          <p className="truncate font-semibold">{author.displayName}</p>
          <p className="truncate text-fg-2 text-sm">
            <Link {...postsLink({ authors: [author.handle] })} className="hover:underline">
              @{author.handle}
            </Link>
          </p>
        </div>
      </div>
      <p
        lang={post.language ?? undefined}
        dir="auto"
        className="mt-3 whitespace-pre-wrap break-words text-[15px] leading-[22px]"
      >
        {textParts(post.text, post).map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text
          <Part key={index} part={part} matcher={matcher} />
        ))}
      </p>
      {moreLinks.length > 0 && (
        <ul aria-label="Links" className="mt-2 text-sm">
          {moreLinks.map((url) => (
            <li key={url} className="truncate">
              <Outside url={url}>{shortUrl(url)}</Outside>
            </li>
          ))}
        </ul>
      )}
      <div className="mt-3 flex flex-wrap items-center gap-2 text-fg-2 text-xs">
        <time dateTime={post.createdAt} className="nums">
          {post.hourKnown
            ? `${weekdayOf(post.createdAt, zone)}, ${minuteOf(post.createdAt, zone)}, ${zoneName(zone)}`
            : `${dayOf(post.createdAt, 'UTC')}, hour unknown`}
        </time>
        <KindMark kind={post.kind} />
        <Chip>{post.language == null ? 'language unknown' : languageName(post.language)}</Chip>
        {sentiment && (
          <Chip>
            {moodLabels[sentiment.label].toLowerCase()} {mean(sentiment.score)}
          </Chip>
        )}
      </div>
    </div>
  );
}

const linkLook = 'text-brand underline decoration-brand/40 underline-offset-2 hover:decoration-brand';

function Part({ part, matcher }: { part: TextPart; matcher: RegExp | null }) {
  const text = highlight(part.kind === 'link' ? shortUrl(part.text) : part.text, matcher).map(
    (piece, index) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
      piece.isMatch ? <Match key={index}>{piece.text}</Match> : <Fragment key={index}>{piece.text}</Fragment>,
  );
  switch (part.kind) {
    case 'text':
      return text;
    case 'hashtag':
      return (
        <Link {...postsLink({ hashtags: [part.target] })} className={linkLook}>
          {text}
        </Link>
      );
    case 'mention':
      return (
        <Link {...postsLink({ mentions: [part.target] })} className={linkLook}>
          {text}
        </Link>
      );
    case 'link':
      return <Outside url={part.target}>{text}</Outside>;
  }
}

function Outside({ url, children }: { url: string; children: React.ReactNode }) {
  return (
    <a href={url} title={url} target="_blank" rel="noreferrer nofollow" className={linkLook}>
      {children}
    </a>
  );
}

function weekdayOf(at: string, zone: string): string {
  return dateFormat(zone, { weekday: 'short' }).format(new Date(at));
}
