import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { uncachedApi } from '../api/client.ts';
import { problemOf } from '../api/errors.ts';
import { cardState } from '../card/state.ts';
import { StateBody } from '../card/states.tsx';
import { exact } from '../format/numbers.ts';
import { pageOf, pageVariables } from '../list/ask-page.ts';
import { EndlessList } from '../list/endless-list.tsx';
import { Pages } from '../list/pages.ts';
import { useFirstPage } from '../list/use-pages.ts';
import { useMedia } from '../list/use-media.ts';
import { browserZone } from '../search-params/zone.ts';
import { Grid, Page } from '../shell/page.tsx';
import { Segments } from '../ui/segments.tsx';
import { Select } from '../ui/select.tsx';
import { ChainsCard } from './chains-card.tsx';
import { ConversationRow } from './conversation-row.tsx';
import { DepthCard } from './depth-card.tsx';
import { ConversationsOverview, ConversationsPage as PageQuery, DepthsQuery } from './overview.ts';
import { type ConversationOrder, type ConversationsSearch, chainFilter, orderOf } from './search.ts';

const route = getRouteApi('/conversations');
const all = 'all';
const orderNames: Record<ConversationOrder, string> = {
  LARGEST: 'Largest',
  DEEPEST: 'Deepest',
  ENGAGEMENT: 'Engagement',
  NEWEST: 'Newest',
};

/** How deep conversations go, viral chains, and the conversations that an account started. */
export function ConversationsPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/conversations' });
  const { stream } = search;
  const least = chainFilter(search);
  const order = orderOf(search);
  const variables = {
    ...(stream !== undefined && { stream }),
    minDepth: least.depth,
    minEngagement: least.engagement,
  };
  const [{ data, error, fetching }, refetch] = useQuery({ query: ConversationsOverview, variables });
  const [isListed, setListed] = useState(false);
  const problem = problemOf(error);
  const state = cardState({
    fetching,
    hasData: data !== undefined,
    problem,
    onRetry: () => refetch({ requestPolicy: 'network-only' }),
  });
  const accounts = data?.streams.nodes ?? [];
  const listed = stream ?? accounts[0]?.id ?? null;
  const title = accounts.find(({ id }) => id === listed)?.title ?? 'the account';
  const scope = stream === undefined ? 'all streams' : `started by ${title}`;
  const report = data?.conversationDepths;
  const change = (changed: ConversationsSearch) =>
    void navigate({ search: (old) => ({ ...old, ...changed }), resetScroll: false });

  return (
    <Page title="Conversations" complete={state.kind !== 'loading' && (listed === null || isListed)}>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-xl">Conversations</h1>
        <Select
          label="Stream"
          value={stream ?? all}
          items={[
            { value: all, label: 'All streams' },
            ...accounts.map(({ id, title: name }) => ({ value: id, label: name })),
          ]}
          onChange={(id) => change({ stream: id === all ? undefined : id } as ConversationsSearch)}
        />
      </div>
      <Grid>
        <DepthCard
          className="md:col-span-5"
          height={384}
          depths={report?.histogram ?? []}
          state={
            state.kind === 'ready' && report?.conversations === 0
              ? {
                  kind: 'empty',
                  title: 'No conversations yet',
                  hint: 'Replies to collected posts are fetched with an account’s posts.',
                }
              : state
          }
          scope={scope}
          query={DepthsQuery}
          variables={stream === undefined ? {} : { stream }}
          footer={
            report !== undefined && (
              <span className="nums">
                {exact(report.conversations)} conversations of {exact(report.posts)} posts ·{' '}
                {exact(report.maxDepth)} deep at most · mean depth {report.meanDepth.toFixed(2)}
              </span>
            )
          }
        />
        <ChainsCard
          className="md:col-span-7"
          chains={data?.viralChains ?? []}
          state={state}
          stream={stream}
          scope={scope}
          {...least}
          onChange={({ depth, engagement }) =>
            change({ depth: String(depth), engagement: String(engagement) })
          }
        />
      </Grid>
      <section aria-labelledby="begun" className="mt-6">
        <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
          <h2 id="begun" className="font-semibold text-sm">
            {listed === null ? 'Conversations by account' : `Started by ${title}`}
            {listed !== null && stream === undefined && accounts.length > 1 && (
              <span className="ml-2 font-normal text-fg-2 text-xs">choose another account above</span>
            )}
          </h2>
          <Segments
            label="Sort"
            value={order}
            items={Object.entries(orderNames).map(([value, label]) => ({ value, label }))}
            onChange={(value) => change({ order: value.toLowerCase() })}
          />
        </div>
        {listed !== null && (
          <Begun
            key={`${listed} ${order}`}
            stream={listed}
            order={order}
            title={title}
            onListed={setListed}
          />
        )}
      </section>
    </Page>
  );
}

type BegunProps = {
  stream: string;
  order: ConversationOrder;
  title: string;
  onListed: (isListed: boolean) => void;
};

function Begun({ stream, order, title, onListed }: BegunProps) {
  const isNarrow = useMedia('(max-width: 819px)');
  const pages = useMemo(
    () =>
      new Pages(async (asked) => {
        const { data, error } = await uncachedApi
          .query(PageQuery, { stream, orderBy: order, ...pageVariables(asked) })
          .toPromise();
        const account = data?.node;
        return pageOf(account != null && 'conversations' in account ? account.conversations : null, error);
      }),
    [stream, order],
  );
  const isListed = useFirstPage(pages);
  useEffect(() => onListed(isListed), [isListed, onListed]);
  return (
    <div className="card overflow-clip">
      <EndlessList
        label={`Conversations started by ${title}`}
        pages={pages}
        rowHeight={isNarrow ? 104 : 64}
        keyOf={({ id }) => id}
        renderRow={(row) => <ConversationRow conversation={row} zone={browserZone} />}
        empty={
          <StateBody
            height={160}
            skeleton={null}
            state={{
              kind: 'empty',
              title: `${title} started no conversation`,
              hint: 'A conversation counts when its first post was collected and has a reply.',
            }}
          />
        }
      />
    </div>
  );
}
