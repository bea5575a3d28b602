import type { AlertKind } from '../../shared/alert.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import { toIso } from '../../shared/instant.ts';
import { xIdOf } from '../../shared/post-key.ts';
import type { Platform } from '../../shared/post.ts';

/** Most posts that a message lists; `posts` is the total. */
export const postsListed = 20;

/** The facts of an event that a message contains. */
export type EventFacts = {
  readonly eventId: string;
  readonly number: number;
  /** Milliseconds. */
  readonly at: number;
  readonly isTest: boolean;
  readonly measured: number;
  readonly threshold: number;
  readonly summary: string;
  readonly posts: number;
  readonly alertId: number;
  readonly alertName: string;
  readonly kind: AlertKind;
  readonly stream: { readonly streamId: number; readonly kind: string; readonly title: string } | null;
  readonly named: readonly {
    readonly streamId: number;
    readonly postId: string;
    /** Twitch's id of a chat message; null on X. */
    readonly platformId: string | null;
    readonly platform: Platform;
  }[];
};

const typeNames: Readonly<Record<string, string>> = {
  ACCOUNT: 'Account',
  TOPIC: 'Topic',
  CHANNEL: 'Channel',
};

/**
 * Builds the body of a message: ids in the API's format, numbers and links, never the text of a post; at most about 10
 * kB.
 */
export function payloadOf(event: EventFacts): string {
  const { stream } = event;
  return JSON.stringify({
    type: event.isTest ? 'alert.test' : 'alert.fired',
    timestamp: toIso(event.at),
    data: {
      event: encodeGlobalId('AlertEvent', event.eventId),
      number: event.number,
      alert: {
        id: encodeGlobalId('Alert', String(event.alertId)),
        name: event.alertName,
        kind: event.kind,
      },
      summary: event.summary,
      measured: event.measured,
      threshold: event.threshold,
      stream:
        stream === null
          ? null
          : {
              id: encodeGlobalId(typeNames[stream.kind] ?? '', String(stream.streamId)),
              title: stream.title,
            },
      posts: event.posts,
      firstPosts: event.named.map(({ streamId, postId, platformId, platform }) => {
        const key = platform === 'X' ? xIdOf(postId) : postId;
        return {
          id: encodeGlobalId('Post', `${streamId}:${platform}:${key}`),
          platformId: platformId ?? key,
          url: platform === 'X' ? `https://x.com/i/status/${key}` : null,
        };
      }),
    },
  });
}
