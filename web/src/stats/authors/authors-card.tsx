import { graphql } from '../../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import { Card } from '../../card/card.tsx';
import { BarList } from '../../chart/bar-list.tsx';
import { compact, exact } from '../../format/numbers.ts';
import { RowsSkeleton } from '../../ui/skeleton.tsx';
import { cardQuery } from '../card-query.ts';
import { noPosts, postNoun, usePosts, useStream } from '../stream.tsx';

/** Who wrote most. */
export const AuthorsFragment = graphql(`
  fragment AuthorsCard on Stats {
    topAuthors(first: 15) {
      posts
      engagement
      engagementPerPost
      author {
        id
        handle
        displayName
      }
    }
  }
`);

/** The authors with the most posts of a topic, or the chatters with the most messages of a channel. */
export function AuthorsCard(props: {
  stats: FragmentType<typeof AuthorsFragment> | null;
  height: number;
  className: string;
}) {
  const stats = readFragment(AuthorsFragment, props.stats);
  const stream = useStream();
  const { href } = usePosts();
  const noun = postNoun(stream);
  const isChat = noun === 'messages';
  const title = isChat ? 'Chatters' : 'Authors';
  const nameOf = (handle: string) => (isChat ? handle : `@${handle}`);
  const rows = Math.floor(props.height / 32);
  const authors = stats?.topAuthors ?? [];
  return (
    <Card
      title={title}
      scope={`most ${noun}`}
      anchor="growth"
      height={props.height}
      className={props.className}
      state={stream.below.kind === 'ready' && authors.length === 0 ? noPosts(stream) : stream.below}
      skeleton={<RowsSkeleton rows={rows} />}
      table={{
        columns: isChat
          ? ['Chatter', 'Name', 'Messages']
          : ['Author', 'Name', 'Posts', 'Engagement', 'Engagement per post'],
        rows: authors.map(({ author, posts, engagement, engagementPerPost }) => [
          nameOf(author.handle),
          author.displayName,
          posts,
          ...(isChat ? [] : [engagement ?? null, engagementPerPost ?? null]),
        ]),
      }}
      queryHref={cardQuery(AuthorsFragment, stream)}
    >
      <BarList
        label={title}
        rows={authors.slice(0, rows).map(({ author, posts, engagement }) => ({
          name: nameOf(author.handle),
          count: posts,
          title: `${author.displayName}: ${exact(posts)} ${noun}${isChat ? '' : `, engagement ${compact(engagement)}`}`,
          href: href({ authors: [author.handle] }),
        }))}
      />
    </Card>
  );
}
