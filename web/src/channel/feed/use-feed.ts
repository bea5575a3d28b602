import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { readFragment } from '../../../gql/fragment-masking.ts';
import type { ChatMessageFragment as ChatMessage } from '../../../gql/graphql.ts';
import { problemOf } from '../../api/errors.ts';
import { useCatchUp } from '../../api/use-catch-up.ts';
import { type CardState, cardState } from '../../card/state.ts';
import { type Feed, feedMax, noFeed, release, settle, takeIn } from './feed.ts';
import { ChatMessageFragment, ChatPage, NewMessages, pageMessages } from './queries.ts';

/** How long messages wait for each other: a chat of hundreds a second is drawn ten times. */
const togetherMs = 100;

const variablesOf = (login: string) => ({ login, first: pageMessages });

/**
 * The newest messages of a channel, and each that is said from then on. `id`: the channel's; null until it is known.
 * `version`: that of the figures shown beside it; with each new one the feed is compared with the store, since nothing
 * tells of deletions one by one.
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

  const nodes = data?.channel?.posts.nodes;
  const compare = useEffectEvent((newest: readonly ChatMessage[]) =>
    setFeed((before) => settle(before, newest, newest.length < pageMessages, isPaused)),
  );
  useEffect(() => {
    if (nodes !== undefined) compare(readFragment(ChatMessageFragment, nodes).toReversed());
  }, [nodes]);

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
      // A page that is out of view is woken rarely.
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
    isPaused,
    pause: () => setPaused(true),
    goOn: () => {
      setPaused(false);
      setFeed(release);
    },
  };
}
