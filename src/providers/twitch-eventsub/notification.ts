import { z } from 'zod';
import type { ChannelEvent, ChannelEventKind } from '../../shared/channel-event.ts';
import { derivedId } from '../../shared/derived-id.ts';
import { isUuid } from '../../shared/uuid.ts';
import type { Notification } from './line.ts';

/** EventSub's names of the notices that have a kind of their own; `twitch/event.ts` has IRC's names. */
const kinds: Readonly<Record<string, ChannelEventKind>> = {
  sub: 'SUBSCRIPTION',
  resub: 'SUBSCRIPTION',
  gift_paid_upgrade: 'SUBSCRIPTION',
  prime_paid_upgrade: 'SUBSCRIPTION',
  sub_gift: 'GIFT',
  community_sub_gift: 'GIFT',
  raid: 'RAID',
  announcement: 'ANNOUNCEMENT',
};

const count = z.number().int().min(0).max(999_999_999);
const notice = z.object({
  message_id: z.string().max(500),
  notice_type: z.string().max(100),
  chatter_user_id: z.string().max(20).nullish(),
  chatter_user_login: z.string().max(100).nullish(),
  chatter_user_name: z.string().max(200).nullish(),
  chatter_is_anonymous: z.boolean().nullish(),
  system_message: z.string().nullish(),
  message: z.object({ text: z.string() }).nullish(),
  resub: z.object({ cumulative_months: count }).nullish(),
  sub_gift: z.object({ community_gift_id: z.string().nullish() }).nullish(),
  community_sub_gift: z.object({ total: count }).nullish(),
  raid: z.object({ viewer_count: count }).nullish(),
});
type Notice = z.infer<typeof notice>;

/** Reads a `channel.chat.notification`: a subscription, gift, raid, announcement, or a newer kind. */
export function readNotification({ id, event }: Notification, at: number): ChannelEvent | null {
  const said = notice.safeParse(event).data;
  if (said === undefined) return null;
  const handle = said.chatter_is_anonymous ? '' : (said.chatter_user_login?.toLowerCase() ?? '');
  return {
    platformId: isUuid(said.message_id) ? said.message_id : derivedId('eventsub', id),
    at,
    kind: kinds[said.notice_type] ?? 'OTHER',
    author:
      handle === ''
        ? null
        : {
            platformId: said.chatter_user_id || null,
            handle,
            displayName: said.chatter_user_name?.trim() || null,
            avatarUrl: null,
          },
    messageId: null,
    amount: amountOf(said),
    text: said.message?.text.trim() || said.system_message?.trim() || null,
  };
}

function amountOf(said: Notice): number | null {
  switch (said.notice_type) {
    case 'sub':
      return 1;
    case 'resub':
      return said.resub?.cumulative_months ?? null;
    case 'sub_gift':
      // Each gift of a community gift follows on its own. The community gift already counts them all.
      return said.sub_gift?.community_gift_id ? 0 : 1;
    case 'community_sub_gift':
      return said.community_sub_gift?.total ?? null;
    case 'raid':
      return said.raid?.viewer_count ?? null;
    default:
      return null;
  }
}
