import { graphql } from '../../gql/gql.ts';
import type { ChannelEventKind, ChannelEventsFragment as ChannelEvents } from '../../gql/graphql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { minuteOf } from '../format/dates.ts';
import { exact } from '../format/numbers.ts';
import { useStream } from '../stats/stream.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';

/** Events of a channel other than messages. Moderation appears only as counts. */
export const ChannelEventsFragment = graphql(`
  fragment ChannelEvents on Channel {
    eventCounts(range: $range) {
      kind
      count
    }
    events(
      range: $range
      first: 50
      kinds: [CHAT_CLEARED, SUBSCRIPTION, GIFT, RAID, BITS, ANNOUNCEMENT, HYPE_TRAIN, CATEGORY, OTHER]
    ) {
      nodes {
        at
        kind
        handle
        displayName
        amount
        text
      }
    }
  }
`);

type Told = ChannelEvents['events']['nodes'][number];

const names: Readonly<Record<ChannelEventKind, string>> = {
  MESSAGE_DELETED: 'Deletion',
  TIMEOUT: 'Time-out',
  BAN: 'Ban',
  CHAT_CLEARED: 'Cleared',
  SUBSCRIPTION: 'Subscription',
  GIFT: 'Gift',
  RAID: 'Raid',
  BITS: 'Bits',
  ANNOUNCEMENT: 'Announcement',
  HYPE_TRAIN: 'Hype train',
  CATEGORY: 'Category',
  OTHER: 'Notice',
};

const units: Partial<Record<ChannelEventKind, readonly [one: string, many: string]>> = {
  SUBSCRIPTION: ['month', 'months'],
  GIFT: ['subscription', 'subscriptions'],
  RAID: ['viewer', 'viewers'],
  BITS: ['bit', 'bits'],
};

/** Describes an event: who, how much, and the message. */
export function eventText({ kind, handle, displayName, amount, text }: Told): string {
  const unit = units[kind];
  const many = unit === undefined || !amount ? null : `${exact(amount)} ${amount === 1 ? unit[0] : unit[1]}`;
  const who = displayName ?? handle ?? null;
  return [who, many, text].filter((part) => part != null && part !== '').join(' · ') || names[kind];
}

/** Describes how much moderators removed; null when nothing was removed. */
export function takenAway({ eventCounts }: Pick<ChannelEvents, 'eventCounts'>): string | null {
  const countOf = (kind: ChannelEventKind) => eventCounts.find((each) => each.kind === kind)?.count ?? 0;
  const parts = (
    [
      ['MESSAGE_DELETED', 'message deleted', 'messages deleted'],
      ['TIMEOUT', 'time-out', 'time-outs'],
      ['BAN', 'ban', 'bans'],
    ] as const
  ).flatMap(([kind, one, many]) => {
    const count = countOf(kind);
    return count === 0 ? [] : [`${exact(count)} ${count === 1 ? one : many}`];
  });
  return parts.length === 0 ? null : parts.join(', ');
}

const height = 250;

/** Raids, gifts, subscriptions, bits and more, newest first. */
export function EventsCard(props: {
  channel: FragmentType<typeof ChannelEventsFragment> | null;
  state: CardState;
  className: string;
}) {
  const channel = readFragment(ChannelEventsFragment, props.channel);
  const { view } = useStream();
  // Each single gift of a gift to many also has its own event, with an amount of 0.
  const events = (channel?.events.nodes ?? []).filter(({ kind, amount }) => kind !== 'GIFT' || amount !== 0);
  const away = channel == null ? null : takenAway(channel);
  return (
    <Card
      title="Timeline"
      scope="what happened beside the messages, newest first"
      anchor="timeline"
      height={height}
      className={props.className}
      state={
        props.state.kind === 'ready' && events.length === 0
          ? {
              kind: 'empty',
              title: 'Nothing happened in this range',
              hint:
                away === null ? 'Raids, gifts, subscriptions and bits show here.' : `By moderators: ${away}.`,
            }
          : props.state
      }
      skeleton={<RowsSkeleton rows={6} />}
      zone={view.zone}
      table={{
        columns: ['When', 'What', 'Who', 'Amount', 'Text'],
        rows: events.map(({ at, kind, handle, amount, text }) => [
          minuteOf(at, view.zone),
          names[kind],
          handle ?? null,
          amount ?? null,
          text ?? null,
        ]),
      }}
      footer={away === null ? undefined : <p className="text-fg-3 text-xs">By moderators: {away}</p>}
    >
      <ol aria-label="Timeline" className="-mx-2 overflow-y-auto" style={{ height }}>
        {events.map((event, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: several may have one instant
            key={`${event.at} ${index}`}
            className="grid grid-cols-[auto_1fr] items-baseline gap-x-3 px-2 py-1.5 text-sm sm:grid-cols-[136px_104px_1fr]"
          >
            <time dateTime={event.at} className="nums whitespace-nowrap text-fg-2">
              {minuteOf(event.at, view.zone)}
            </time>
            <span className="font-medium max-sm:text-right">{names[event.kind]}</span>
            <span className="min-w-0 truncate max-sm:col-span-2" title={eventText(event)}>
              {eventText(event)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
