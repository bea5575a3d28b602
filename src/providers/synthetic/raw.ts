import { z } from 'zod';
import { BadInputError } from '../../shared/errors.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';

const figure = z.number().int().nonnegative().nullable();
const names = z.array(z.string());

/** The payload of a post as a platform might send it: everything except the account. */
const payloadSchema = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  kind: z.enum(['ORIGINAL', 'REPLY', 'REPOST', 'QUOTE']),
  text: z.string(),
  created_ms: z.number().int(),
  observed_ms: z.number().int(),
  lang: z.string(),
  /** Likes, reposts, replies, quotes, bookmarks, impressions. */
  figures: z.tuple([figure, figure, figure, figure, figure, figure]),
  hashtags: names.optional(),
  mentions: names.optional(),
  cashtags: names.optional(),
  urls: names.optional(),
  media: z
    .array(
      z.object({
        kind: z.enum(['PHOTO', 'VIDEO', 'GIF']),
        url: z.string(),
        previewUrl: z.string().nullable(),
        alt: z.string().nullable(),
      }),
    )
    .optional(),
  reply_to: z
    .object({ postId: z.string().nullable(), authorId: z.string().nullable(), handle: z.string().nullable() })
    .optional(),
  repost_of: z.object({ handle: z.string(), postId: z.string().nullable() }).optional(),
  quote_of: z.string().optional(),
  client: z.string().nullable(),
});
type Payload = z.infer<typeof payloadSchema>;

/** Writes the payload of a post as compact JSON, without empty fields. */
export function writeRaw(post: Omit<NormalisedPost, 'raw'>): string {
  const { metrics, entities } = post;
  // JSON.stringify leaves out keys whose value is undefined.
  return JSON.stringify({
    id: post.platformId,
    kind: post.kind,
    text: post.text,
    created_ms: post.createdAt,
    observed_ms: post.observedAt,
    lang: post.language,
    figures: [
      metrics.likes,
      metrics.reposts,
      metrics.replies,
      metrics.quotes,
      metrics.bookmarks,
      metrics.impressions,
    ],
    hashtags: unlessEmpty(entities?.hashtags),
    mentions: unlessEmpty(entities?.mentions),
    cashtags: unlessEmpty(entities?.cashtags),
    urls: unlessEmpty(entities?.urls),
    media: unlessEmpty(post.media),
    reply_to: post.replyTo ?? undefined,
    repost_of: post.repostOf ?? undefined,
    quote_of: post.quoteOf ?? undefined,
    client: post.client,
  });
}

/** Reads a raw payload of this provider as a post of the account; throws BadInputError when it is anything else. */
export function parseRaw(raw: string, account: AccountProfile): NormalisedPost {
  const payload = readPayload(raw);
  const [likes, reposts, replies, quotes, bookmarks, impressions] = payload.figures;
  return {
    platformId: payload.id,
    author: {
      platformId: account.platformId,
      handle: account.handle,
      displayName: account.displayName,
      avatarUrl: account.avatarUrl,
    },
    own: true,
    kind: payload.kind,
    text: payload.text,
    createdAt: payload.created_ms,
    language: payload.lang,
    metrics: { likes, reposts, replies, quotes, bookmarks, impressions },
    observedAt: payload.observed_ms,
    entities: {
      hashtags: payload.hashtags ?? [],
      mentions: payload.mentions ?? [],
      cashtags: payload.cashtags ?? [],
      urls: payload.urls ?? [],
    },
    media: payload.media ?? [],
    replyTo: payload.reply_to ?? null,
    repostOf: payload.repost_of ?? null,
    quoteOf: payload.quote_of ?? null,
    client: payload.client,
    chat: null,
    raw,
  };
}

function readPayload(raw: string): Payload {
  try {
    return payloadSchema.parse(JSON.parse(raw));
  } catch (cause) {
    throw new BadInputError(
      `Invalid raw post: a payload of the synthetic provider is needed, got ${raw.slice(0, 60)}`,
      {
        cause,
      },
    );
  }
}

function unlessEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
