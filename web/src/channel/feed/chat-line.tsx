import { BadgeCheck, Gem, type LucideIcon, Megaphone, Shield, Star } from 'lucide-react';
import { memo } from 'react';
import type { ChatMessageFragment as ChatMessage } from '../../../gql/graphql.ts';
import { clockOf, minuteOf } from '../../format/dates.ts';
import { exact } from '../../format/numbers.ts';
import { Emote } from '../../ui/emote.tsx';
import { piecesOf } from './feed.ts';

const badges: Readonly<Record<string, readonly [icon: LucideIcon, name: string]>> = {
  broadcaster: [Megaphone, 'broadcaster'],
  moderator: [Shield, 'moderator'],
  lead_moderator: [Shield, 'lead moderator'],
  vip: [Gem, 'VIP'],
  founder: [Star, 'founder'],
  subscriber: [Star, 'subscriber'],
  partner: [BadgeCheck, 'partner'],
};

/** One message: time, author, text. */
export const ChatLine = memo(function ChatLine({ message, zone }: { message: ChatMessage; zone: string }) {
  const { author, createdAt, text, bits, emotes } = message;
  return (
    <p className="break-words px-4 py-1 text-sm leading-5 [overflow-wrap:anywhere]">
      <time dateTime={createdAt} title={minuteOf(createdAt, zone)} className="nums mr-2 text-fg-2 text-xs">
        {clockOf(createdAt, zone)}
      </time>
      <Badges badges={message.badges} />
      <b className="font-semibold" title={author.handle}>
        {author.displayName}
      </b>
      {': '}
      {bits > 0 && <span className="nums mr-1 font-medium text-brand">{exact(bits)} bits</span>}
      {piecesOf(text, emotes).map((piece, index) =>
        piece.isEmote ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
          <Emote key={index} name={piece.text} image={piece.image} className="-my-1 align-middle" />
        ) : (
          piece.text
        ),
      )}
    </p>
  );
});

/** The well-known badges; others are left out. */
function Badges(props: { badges: readonly string[] }) {
  return props.badges.map((badge) => {
    const [set = ''] = badge.split('/');
    const known = Object.hasOwn(badges, set) ? badges[set] : undefined;
    if (known === undefined) return null;
    const [Icon, name] = known;
    return (
      <Icon
        key={badge}
        size={13}
        role="img"
        aria-label={name}
        className="mr-1 inline-block align-[-2px] text-fg-2"
      />
    );
  });
}
