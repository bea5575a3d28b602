import { graphql } from '../../gql/gql.ts';
import type { ChatMomentFragment as ChatMoment } from '../../gql/graphql.ts';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { minuteOf } from '../format/dates.ts';
import { compact, exact } from '../format/numbers.ts';
import { postsHref, streamPosts } from '../posts/link.ts';
import { rangeBetween } from '../posts/range.ts';
import { noPosts, useStream } from '../stats/stream.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';

/** When a chat was far busier than usual, with the explaining terms. */
export const ChatMomentFragment = graphql(`
  fragment ChatMoment on Moment {
    start
    end
    peakAt
    messages
    expected
    score
    emotes {
      term
      count
      lift
    }
    words {
      term
      count
      lift
    }
  }
`);

const height = 260;

/** The moments of a chat, strongest first: time, strength, words and emotes. */
export function MomentsCard(props: {
  moments: readonly ChatMoment[];
  state: CardState;
  hasMessages: boolean;
  className: string;
}) {
  const { moments, state, hasMessages } = props;
  const stream = useStream();
  const { id, view } = stream;
  const strongest = Math.max(1, ...moments.map(({ score }) => score));
  return (
    <Card
      title="Moments"
      scope="when the chat was far busier than usual, strongest first"
      anchor="moments"
      height={height}
      className={props.className}
      state={
        state.kind === 'ready' && moments.length === 0
          ? hasMessages
            ? {
                kind: 'empty',
                title: 'No moments in this range',
                hint: 'The chat never left its usual pace.',
              }
            : noPosts(stream)
          : state
      }
      skeleton={<RowsSkeleton rows={6} />}
      zone={view.zone}
      table={{
        columns: ['From', 'Strongest minute', 'Messages', 'Expected', 'Deviations', 'Words', 'Emotes'],
        rows: moments.map(({ start, peakAt, messages, expected, score, words, emotes }) => [
          minuteOf(start, view.zone),
          minuteOf(peakAt, view.zone),
          messages,
          expected,
          score,
          words.map(({ term }) => term).join(' '),
          emotes.map(({ term }) => term).join(' '),
        ]),
      }}
    >
      <ol aria-label="Moments" className="-mx-2 overflow-y-auto" style={{ height }}>
        {moments.map((moment) => (
          <li
            key={moment.start}
            className="relative border-b px-2 py-2 text-sm last:border-0 hover:bg-surface-2"
          >
            <span className="flex items-baseline gap-3">
              <a
                href={
                  id === null
                    ? undefined
                    : postsHref(streamPosts(id, rangeBetween(moment.start, moment.end, view.zone), view.zone))
                }
                className="nums whitespace-nowrap font-medium after:absolute after:inset-0"
              >
                {minuteOf(moment.peakAt, view.zone)}
              </a>
              <span className="nums truncate text-fg-2 text-xs">
                {compact(moment.messages)} messages where {compact(moment.expected)} were expected
              </span>
              <span
                className="nums ml-auto font-semibold"
                title={`${exact(moment.messages)} messages where ${exact(moment.expected)} were expected; ${exact(moment.score)} deviations above its surroundings`}
              >
                ×{times(moment)}
              </span>
            </span>
            <span className="mt-0.5 block truncate text-fg-2">
              {moment.emotes.map(({ term }) => (
                <span key={term} className="mr-2 font-medium text-fg">
                  {term}
                </span>
              ))}
              {moment.words.map(({ term }) => term).join(' ')}
            </span>
            <span aria-hidden className="mt-1.5 block h-1 rounded-full bg-surface-2">
              <span
                className="block h-1 rounded-full bg-c2"
                style={{ width: `${((100 * moment.score) / strongest).toFixed(1)}%` }}
              />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** A moment as a multiple of the expected messages: `6.2`. The expected number can be close to zero. */
export function times({ messages, expected }: { messages: number; expected: number }): string {
  const ratio = messages / Math.max(expected, 1);
  return ratio >= 10 ? compact(ratio) : exact(Math.round(ratio * 10) / 10);
}
