import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../../gql/index.ts';
import type { ThreadPageQuery } from '../../gql/graphql.ts';
import { uncachedApi } from '../api/client.ts';
import { problemOf } from '../api/errors.ts';
import { cardState } from '../card/state.ts';
import { StateBody } from '../card/states.tsx';
import { minuteOf, zoneName } from '../format/dates.ts';
import { pageOf, pageVariables } from '../list/ask-page.ts';
import { EndlessList } from '../list/endless-list.tsx';
import { Pages } from '../list/pages.ts';
import { useFirstPage } from '../list/use-pages.ts';
import { useMedia } from '../list/use-media.ts';
import { browserZone } from '../search-params/zone.ts';
import { Grid, Page } from '../shell/page.tsx';
import { ConversationFacts } from './conversation-facts.tsx';
import { DepthCard } from './depth-card.tsx';
import { depthsOf } from './depths.ts';
import { ThreadRow } from './thread-row.tsx';

const ConversationQuery = graphql(`
  query Conversation($postId: ID!) {
    conversation(postId: $postId) {
      id
      depths {
        depth
        posts
      }
      root {
        createdAt
        author {
          handle
        }
      }
      ...ConversationFacts
    }
  }
`);

const ThreadPage = graphql(`
  query ThreadPage($postId: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    conversation(postId: $postId) {
      posts(first: $first, after: $after, last: $last, before: $before) {
        nodes {
          id
          ...ThreadPlace
          ...ThreadRowFields
        }
        pageInfo {
          startCursor
          endCursor
          hasNextPage
          hasPreviousPage
        }
      }
    }
  }
`);

type ThreadPost = NonNullable<ThreadPageQuery['conversation']>['posts']['nodes'][number];
type ThreadItem = { readonly post: ThreadPost; readonly depth: number };

const route = getRouteApi('/conversation/$postId');

/** One conversation: its figures, and its posts as a tree. */
export function ConversationPage() {
  const { postId } = route.useParams();
  const pages = useMemo(() => threadPages(postId), [postId]);
  const isListed = useFirstPage(pages);
  const [{ data, error, fetching }, refetch] = useQuery({ query: ConversationQuery, variables: { postId } });
  const state = cardState({
    fetching,
    hasData: data !== undefined,
    problem: problemOf(error),
    onRetry: () => refetch({ requestPolicy: 'network-only' }),
  });
  const conversation = data?.conversation;
  if (state.kind === 'ready' && conversation == null)
    return (
      <Page title="Conversation" complete>
        <h1 className="sr-only">Conversation</h1>
        <StateBody
          height={320}
          skeleton={null}
          state={{
            kind: 'empty',
            title: 'No stream has this post',
            hint: 'It may have been removed since the link was made.',
          }}
        />
      </Page>
    );
  const handle = conversation?.root.author.handle;
  return (
    <Page
      title={handle === undefined ? 'Conversation' : `Conversation by @${handle}`}
      complete={state.kind !== 'loading' && isListed}
    >
      <header className="mb-4 min-h-13">
        <h1 className="font-semibold text-xl">
          {handle === undefined ? 'Conversation' : `Conversation started by @${handle}`}
        </h1>
        {conversation != null && (
          <p className="nums text-fg-2 text-sm">
            {minuteOf(conversation.root.createdAt, browserZone)}, {zoneName(browserZone)}
          </p>
        )}
      </header>
      <Grid>
        <ConversationFacts conversation={conversation ?? null} state={state} />
        <DepthCard
          className="md:col-span-5"
          depths={conversation?.depths ?? []}
          state={state}
          scope="this conversation"
          query={ConversationQuery}
          variables={{ postId }}
        />
      </Grid>
      <h2 className="mt-6 mb-2 font-semibold text-sm">Posts</h2>
      <Tree pages={pages} />
    </Page>
  );
}

function Tree({ pages }: { pages: Pages<ThreadItem> }) {
  const isNarrow = useMedia('(max-width: 819px)');
  return (
    <div className="card overflow-clip">
      <EndlessList
        label="Posts of the conversation"
        pages={pages}
        rowHeight={isNarrow ? 104 : 72}
        keyOf={({ post }) => post.id}
        renderRow={({ post, depth }) => <ThreadRow post={post} depth={depth} zone={browserZone} />}
        beforeName="posts before"
        empty={null}
      />
    </div>
  );
}

/** The pages of a conversation, depth first, each post with its depth. */
function threadPages(postId: string): Pages<ThreadItem> {
  const known = new Map<string, number>();
  return new Pages(async (asked) => {
    const { data, error } = await uncachedApi
      .query(ThreadPage, { postId, ...pageVariables(asked) })
      .toPromise();
    const page = pageOf(data?.conversation?.posts, error);
    if (!('rows' in page)) return page;
    const depths = depthsOf(page.rows, known);
    return { ...page, rows: page.rows.map((post, index) => ({ post, depth: depths[index] ?? 0 })) };
  });
}
