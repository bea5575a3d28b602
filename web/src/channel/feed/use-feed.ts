import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { readFragment } from '../../../gql/fragment-masking.ts';
import type { ChatMessageFragment as ChatMessage, ChatPageQuery } from '../../../gql/graphql.ts';
import { problemOf } from '../../api/errors.ts';
import { uncachedApi } from '../../api/client.ts';
import { useCatchUp } from '../../api/use-catch-up.ts';
import { type CardState, cardState } from '../../card/state.ts';
import type { Edge } from '../../list/pages.ts';
import { type Feed, type FeedPage, feedMax, noFeed, release, settle, takeIn, takeOlder } from './feed.ts';
import { ChatMessageFragment, ChatPage, NewMessages, olderMessages, pageMessages } from './queries.ts';

/** Messages are collected for this long, so that a chat of hundreds a second redraws ten times. */
const togetherMs = 100;

const variablesOf = (login: string) => ({ login, first: pageMessages });

function pageOf({ nodes, pageInfo }: NonNullable<ChatPageQuery['channel']>['posts']): FeedPage<ChatMessage> {
  return {
    messages: readFragment(ChatMessageFragment, nodes).toReversed(),
    older: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null,
  };
}

/**
 * The newest messages of a channel, new ones as they are sent, and older ones on request. `id`: the channel's id; null
 * while it is unknown. `version`: the version of the figures beside the feed. At each new version the feed is compared
 * with the store, because deletions are not reported one by one.
 */
export function useFeed(login: string, id: string | null, version: number | null) {
  const client = useClient();
  const [feed, setFeed] = useState<Feed<ChatMessage>>(noFeed);
  const [isPaused, setPaused] = useState(false);
  const [{ data, fetching, error }, ask] = useQuery({
    query: ChatPage,
    variables: useMemo(() => variablesOf(login), [login]),
    requestPolicy: 'network-only',
  });
  const again = () => ask({ requestPolicy: 'network-only' });
  const take = useEffectEvent((came: readonly ChatMessage[]) =>
    setFeed((before) => takeIn(before, came, isPaused)),
  );

  const posts = data?.channel?.posts;
  const compare = useEffectEvent((page: FeedPage<ChatMessage>) =>
    setFeed((before) => settle(before, page, isPaused)),
  );
  useEffect(() => {
    if (posts !== undefined) compare(pageOf(posts));
  }, [posts]);

  const isAsking = useRef(false);
  const [asked, setAsked] = useState<Edge>({ kind: 'more' });
  const room = feedMax - feed.shown.length;
  const beginning: Edge = feed.older == null || room <= 0 ? { kind: 'end' } : asked;
  const askOlder = async () => {
    const { older } = feed;
    if (older == null || room <= 0 || isAsking.current) return;
    isAsking.current = true;
    setAsked({ kind: 'loading' });
    const variables = { login, first: Math.min(olderMessages, room), after: older };
    const { data, error } = await uncachedApi
      .query(ChatPage, variables, { requestPolicy: 'network-only' })
      .toPromise();
    isAsking.current = false;
    const problem = problemOf(error);
    setAsked(problem === null ? { kind: 'more' } : { kind: 'failed', problem });
    const page = data?.channel?.posts;
    if (page !== undefined) setFeed((before) => takeOlder(before, pageOf(page), older));
  };

  useEffect(() => {
    if (id === null) return;
    let came: ChatMessage[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      take(came);
      came = [];
    };
    const { unsubscribe } = client.subscription(NewMessages, { id }).subscribe((told) => {
      if (told.data === undefined) return;
      came.push(readFragment(ChatMessageFragment, told.data.newPosts));
      // Browsers run hidden pages rarely.
      if (came.length > 2 * feedMax) came = came.slice(-feedMax);
      timer ??= setTimeout(flush, togetherMs);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [client, id]);

  useCatchUp(id !== null, again);
  const askAgain = useEffectEvent(again);
  const compared = useRef(version);
  useEffect(() => {
    if (compared.current !== null && version !== null && version !== compared.current) askAgain();
    compared.current = version ?? compared.current;
  }, [version]);

  const state: CardState = cardState({
    fetching,
    hasData: data?.channel != null || feed.shown.length > 0,
    problem: fetching ? null : problemOf(error),
    onRetry: again,
  });
  return {
    feed,
    state,
    isComplete: !fetching,
    /** The state before the oldest message: more messages, no stored ones, or an error. */
    beginning,
    askOlder: () => void askOlder(),
    isPaused,
    pause: () => setPaused(true),
    goOn: () => {
      setPaused(false);
      setFeed(release);
    },
  };
}
