import { Link } from '@tanstack/react-router';
import { Copy, UserRound } from 'lucide-react';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { clockOf, minuteOf } from '../format/dates.ts';
import { exact, mean, wholePercent } from '../format/numbers.ts';
import { postLink, postsLink } from '../posts/link.ts';
import { Chip } from '../ui/chip.tsx';
import { timesText } from './figures.ts';
import { moodColour } from './mood.ts';

/** Why a hashtag is used in a window. */
export const ExplanationFragment = graphql(`
  fragment Explanation on TrendExplanation {
    beganAt
    beganBetween
    trending {
      rank
      count
      authors
      expected
    }
    posts {
      share
      post {
        id
        platform
        platformId
        text
        createdAt
      }
      author {
        id
        handle
      }
    }
    authors {
      share
      author {
        id
        handle
      }
    }
    with {
      cooccurrenceRate
      posts
      hashtag {
        id
        tag
      }
    }
    sentimentBefore
    sentimentAfter
    topAuthorShare
    nearDuplicateShare
  }
`);

// From this share on there is a warning that few people, or copies, make the trend.
const fewAuthors = 0.5;
const manyCopies = 0.3;

/** When a hashtag's rise started, who drives it, and how the mood changed. */
export function Explanation(props: { explanation: FragmentType<typeof ExplanationFragment>; zone: string }) {
  const why = readFragment(ExplanationFragment, props.explanation);
  const { zone } = props;
  const { count, authors, expected, rank } = why.trending;
  const [first, last] = why.beganBetween ?? [];
  return (
    <div className="space-y-4 text-sm">
      <div className="flex flex-wrap gap-1.5 empty:hidden">
        {why.topAuthorShare >= fewAuthors && (
          <Chip tone="warn">
            <UserRound size={12} /> one author wrote {wholePercent(why.topAuthorShare)}
          </Chip>
        )}
        {why.nearDuplicateShare >= manyCopies && (
          <Chip tone="warn">
            <Copy size={12} /> {wholePercent(why.nearDuplicateShare)} nearly repeat another author
          </Chip>
        )}
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        <dt className="text-fg-2">Use</dt>
        <dd className="nums">
          {exact(count)} {count === 1 ? 'post' : 'posts'} by {exact(authors)}{' '}
          {authors === 1 ? 'author' : 'authors'}
          {expected > 0 && `, ${timesText(count, expected)} the expected`}
          <span className="text-fg-2"> · rank {exact(rank)} by count</span>
        </dd>
        <dt className="text-fg-2">Began</dt>
        <dd className="nums">
          {why.beganAt === null ? (
            <span className="text-fg-2">no rise that its posts make likely</span>
          ) : (
            <>
              {minuteOf(why.beganAt, zone)}
              {first !== undefined && last !== undefined && first !== last && (
                <span className="text-fg-2">
                  {' '}
                  · between {clockOf(first, zone)} and {clockOf(last, zone)}, 80% sure
                </span>
              )}
            </>
          )}
        </dd>
        <dt className="text-fg-2">Mood</dt>
        <dd className="nums flex items-center gap-1.5">
          <Mood value={why.sentimentBefore} /> <span aria-hidden>→</span>
          <span className="sr-only">then</span> <Mood value={why.sentimentAfter} />
          <span className="text-fg-2">
            {why.beganAt === null ? 'before the window, in it' : 'before the rise, since'}
          </span>
        </dd>
        <dt className="text-fg-2">Copies</dt>
        <dd className="nums">
          {why.nearDuplicateShare === 0
            ? 'no post nearly repeats another author'
            : `${wholePercent(why.nearDuplicateShare)} nearly repeat another author`}
        </dd>
      </dl>
      {why.posts.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium text-fg-2 text-xs">
            {why.posts.length === 1 ? '1 post carries' : `${why.posts.length} posts carry`}{' '}
            {wholePercent(sum(why.posts))}
          </h3>
          <ol>
            {why.posts.map(({ post, author, share }) =>
              post === null ? null : (
                <li key={post.id} className="flex gap-3 border-b py-1.5 last:border-0">
                  <Link
                    {...postLink(post)}
                    className="line-clamp-2 min-w-0 flex-1 hover:underline"
                    title={post.text}
                  >
                    {author !== null && <span className="text-fg-2">@{author.handle} </span>}
                    {post.text}
                  </Link>
                  <span className="nums text-fg-2">{wholePercent(share)}</span>
                </li>
              ),
            )}
          </ol>
        </section>
      )}
      {why.authors.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium text-fg-2 text-xs">
            {why.authors.length === 1 ? '1 author wrote' : `${why.authors.length} authors wrote`}{' '}
            {wholePercent(sum(why.authors))}
          </h3>
          <ul className="flex flex-wrap gap-x-3 gap-y-1">
            {why.authors.map(({ author, share }) =>
              author === null ? null : (
                <li key={author.id} className="nums">
                  <Link {...postsLink({ authors: [author.handle] })} className="hover:underline">
                    @{author.handle}
                  </Link>{' '}
                  <span className="text-fg-2">{wholePercent(share)}</span>
                </li>
              ),
            )}
          </ul>
        </section>
      )}
      {why.with.length > 0 && (
        <section>
          <h3 className="mb-1 font-medium text-fg-2 text-xs">Rose with it</h3>
          <ul className="flex flex-wrap gap-x-3 gap-y-1">
            {why.with.map(({ hashtag: { tag }, cooccurrenceRate }) => (
              <li key={tag} className="nums">
                <Link to="/tag/$tag" params={{ tag }} className="hover:underline">
                  #{tag}
                </Link>{' '}
                <span className="text-fg-2">in {wholePercent(cooccurrenceRate)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Mood({ value }: { value: number | null }) {
  return (
    <span className="inline-flex items-center gap-1">
      {value !== null && (
        <span aria-hidden className="size-2 rounded-sm" style={{ background: moodColour(value) }} />
      )}
      {mean(value)}
    </span>
  );
}

const sum = (shares: readonly { readonly share: number }[]) =>
  Math.min(
    1,
    shares.reduce((all, { share }) => all + share, 0),
  );
