import { CircleStop, Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { dayOf } from '../format/dates.ts';
import { compact, exact } from '../format/numbers.ts';
import { duration } from '../format/durations.ts';
import { useNow } from '../format/age.tsx';
import { ownerOnly } from '../share/owner-only.ts';
import { StreamHead } from '../stats/stream-head.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { Chip, LiveDot } from '../ui/chip.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

/** A channel's profile, and whether it is live. */
export const ChannelHeadFragment = graphql(`
  fragment ChannelHead on Channel {
    id
    login
    displayName
    description
    avatar
    followers
    url
    live {
      title
      category
      startedAt
      viewers
    }
    broadcasts(first: 1) {
      title
      category
      startedAt
      endedAt
      peakViewers
    }
    freshness {
      latestPostAt
      ...FreshnessLine
    }
  }
`);

/** The head of a channel's page. */
export function ChannelHead(props: {
  login: string;
  channel: FragmentType<typeof ChannelHeadFragment> | null;
  /** Whether the response has arrived: values that are still missing are unknown. */
  isKnown: boolean;
  isCollecting: boolean;
  zone: string;
  /** Shows the days from an instant to today, or only the day of an instant. */
  onShow: (from: string, isOpen: boolean) => void;
  children: ReactNode;
}) {
  const { login, isKnown, zone, onShow } = props;
  const channel = readFragment(ChannelHeadFragment, props.channel) ?? null;
  const live = channel?.live ?? null;
  const last = channel?.broadcasts[0] ?? null;
  const latest = channel?.freshness.latestPostAt ?? null;
  const name = channel?.displayName ?? login;
  return (
    <StreamHead
      picture={<Avatar name={name} src={channel?.avatar ?? null} size={56} className="max-sm:size-11!" />}
      title={
        <>
          <h1 className="min-w-0 truncate font-semibold text-xl">{name}</h1>
          <a
            href={`https://www.twitch.tv/${login}`}
            target="_blank"
            rel="noreferrer"
            className="truncate text-fg-2 hover:underline max-sm:basis-full"
          >
            twitch.tv/{login}
          </a>
          {live !== null && (
            <Chip tone="brand">
              <LiveDot /> on air
            </Chip>
          )}
        </>
      }
      description={
        !isKnown ? (
          <Skeleton className="h-4 w-72 max-w-full" />
        ) : (
          (live?.title ?? (channel?.description || `The chat of ${name} on Twitch`))
        )
      }
      facts={
        !isKnown ? (
          <Skeleton className="h-4 w-96 max-w-full" />
        ) : (
          <>
            {props.isCollecting && <span>collecting chat</span>}
            {channel?.followers != null && (
              <span title={exact(channel.followers)}>
                <b className="font-semibold text-fg">{compact(channel.followers)}</b> followers
              </span>
            )}
            {live !== null && (
              <>
                {live.category != null && <span>{live.category}</span>}
                <span title={exact(live.viewers)}>
                  <b className="font-semibold text-fg">{compact(live.viewers)}</b> viewers
                </span>
                <OnAirFor since={live.startedAt} onShow={() => onShow(live.startedAt, true)} />
              </>
            )}
            {live === null && last !== null && (
              <span title={last.title}>
                last on air {dayOf(last.startedAt, zone)}
                {last.category != null && `, ${last.category}`}, {compact(last.peakViewers)} viewers at most
              </span>
            )}
            {live === null && latest !== null && (
              <button
                type="button"
                className="cursor-pointer hover:underline"
                onClick={() => onShow(latest, false)}
              >
                last message {dayOf(latest, zone)}
              </button>
            )}
          </>
        )
      }
      freshness={channel?.freshness ?? null}
      zone={zone}
      liveName="connected"
    >
      {props.children}
    </StreamHead>
  );
}

/** How long a broadcast has been live; opens its days. */
function OnAirFor({ since, onShow }: { since: string; onShow: () => void }) {
  const now = useNow(30_000);
  return (
    <button type="button" className="cursor-pointer hover:underline" onClick={onShow}>
      for {duration((now - Date.parse(since)) / 1_000)}
    </button>
  );
}

/** Collect, or Stop while the chat is collected. */
export const CollectButton = ownerOnly(function CollectButton(props: {
  /** Null while unknown. */
  isCollecting: boolean | null;
  isBusy: boolean;
  onCollect: () => void;
  /** Null when the collecting job is not known. */
  onStop: (() => void) | null;
}) {
  const { isCollecting, isBusy, onCollect, onStop } = props;
  if (isCollecting !== true)
    return (
      <Button
        variant="primary"
        disabled={isBusy || isCollecting === null}
        onClick={onCollect}
        data-action="Collect chat"
      >
        <Radio size={14} /> Collect chat
      </Button>
    );
  return (
    <Button disabled={isBusy || onStop === null} onClick={() => onStop?.()} data-action="Stop collecting">
      <CircleStop size={14} /> Stop collecting
    </Button>
  );
});
