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

/** When a chat went off its scale, and what tells why. */
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

/** The moments of a chat, strongest first: when, how far off its scale, with which words and emotes. */
export function MomentsCard(props: {
  moments: readonly ChatMoment[];
  state: CardState;
  hasMessages: boolean;
  className: string;
}) {
  const { moments, state, hasMessages } = props;
  const stream = useStream();
  const { id, view } = stream;
  return (
    <Card
      title="Moments"
      scope="when the chat went off its scale, strongest first"
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
            className="relative grid grid-cols-[auto_1fr] items-baseline gap-x-3 rounded-control px-2 py-1.5 text-sm hover:bg-surface-2 sm:grid-cols-[136px_64px_1fr]"
          >
            <a
              href={
                id === null
                  ? undefined
                  : postsHref(streamPosts(id, rangeBetween(moment.start, moment.end, view.zone), view.zone))
              }
              className="nums whitespace-nowrap after:absolute after:inset-0"
            >
              {minuteOf(moment.peakAt, view.zone)}
            </a>
            <span
              className="nums font-semibold max-sm:text-right"
              title={`${exact(moment.messages)} messages where ${exact(moment.expected)} were expected; ${exact(moment.score)} deviations above its surroundings`}
            >
              ×{times(moment)}
            </span>
            <span className="min-w-0 truncate text-fg-2 max-sm:col-span-2">
              {moment.emotes.map(({ term }) => (
                <span key={term} className="mr-2 font-medium text-fg">
                  {term}
                </span>
              ))}
              {moment.words.map(({ term }) => term).join(' ')}
              <span className="nums ml-2 text-fg-3 text-xs">{compact(moment.messages)} messages</span>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** How many times the expected a moment is: `6.2`. What was expected can be next to nothing. */
export function times({ messages, expected }: { messages: number; expected: number }): string {
  const ratio = messages / Math.max(expected, 1);
  return ratio >= 10 ? compact(ratio) : exact(Math.round(ratio * 10) / 10);
}
