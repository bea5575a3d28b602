import { useNavigate } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext } from 'react';
import type { CardState } from '../card/state.ts';
import { dayOf, type Step } from '../format/dates.ts';
import { bucketRange, postsHref, streamPosts } from '../posts/link.ts';
import type { PostsView } from '../posts/search.ts';
import { addDays, addYears, dayIn } from '../search-params/days.ts';
import type { StreamView } from '../search-params/page.ts';
import { bucketEnd } from './buckets.ts';

/** The page's stream and its view, for all cards. */
export type ShownStream = {
  /** Null until the page's first response. */
  readonly id: string | null;
  /** Its field in the API: `account(handle: "…")`. */
  readonly field: string;
  readonly view: StreamView;
  /** When the last collected post was posted; null when there is none. */
  readonly latest: string | null;
  /** Changes the address. */
  readonly setView: (view: Partial<StreamView>) => void;
  /** The variables of the page's queries, for a card's own query. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The states of the three responses behind the cards: above, below, and the calendar. */
  readonly above: CardState;
  readonly below: CardState;
  readonly calendar: CardState;
};

/** The noun for a stream's posts: messages for a channel. */
export const postNoun = ({ field }: ShownStream): 'posts' | 'messages' =>
  field.startsWith('channel') ? 'messages' : 'posts';

/** Returns the empty state of a card: when the last post was, and a range that has some. */
export function noPosts(stream: ShownStream): Extract<CardState, { kind: 'empty' }> {
  const { view, latest, setView } = stream;
  const noun = postNoun(stream);
  const day = latest === null ? null : dayIn(view.zone, Date.parse(latest));
  return {
    kind: 'empty',
    title: `No ${noun} in this range`,
    hint:
      latest === null
        ? 'Nothing was collected yet.'
        : `The last collected ${noun.slice(0, -1)} is from ${dayOf(latest, view.zone)}.`,
    offers: [
      ...(day === null
        ? []
        : [
            {
              label: 'Show the year up to it',
              onClick: () => setView({ range: { from: addYears(addDays(day, 1), -1), to: addDays(day, 1) } }),
            },
            ...(noun === 'messages'
              ? [
                  {
                    label: 'Show that day',
                    onClick: () => setView({ range: { from: day, to: addDays(day, 1) } }),
                  },
                ]
              : []),
          ]),
      ...(view.range === 'all' ? [] : [{ label: 'Show all', onClick: () => setView({ range: 'all' }) }]),
    ],
  };
}

const Context = createContext<ShownStream | null>(null);

/** Provides the stream to the cards. */
export function StreamProvider({ stream, children }: { stream: ShownStream; children: ReactNode }) {
  return <Context value={stream}>{children}</Context>;
}

/** The stream that the page shows. */
export function useStream(): ShownStream {
  const stream = useContext(Context);
  if (stream === null) throw new Error('A card stands in a StreamProvider');
  return stream;
}

/** Addresses of the posts behind a card's marks. */
export function usePosts() {
  const { id, view } = useStream();
  const navigate = useNavigate();
  const own = (range: PostsView['range']) => (id === null ? {} : streamPosts(id, range, view.zone));
  const href = (filter: Partial<PostsView>) => postsHref({ ...own(view.range), ...filter });
  const bucketHref = (start: string, step: Step, filter: Partial<PostsView> = {}) =>
    postsHref({
      ...own(bucketRange(start, bucketEnd(start, step, view.zone), view.zone)),
      ...filter,
    });
  return {
    /** The posts of the shown range that match a filter. */
    href,
    /** The posts of one bucket. */
    bucketHref,
    /** Opens an address within the dashboard. */
    open: (address: string) => void navigate({ href: address }),
  };
}
