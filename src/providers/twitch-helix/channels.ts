import { z } from 'zod';
import type { AccountProfile } from '../../shared/post.ts';
import { type Ask, connectHelix, type HelixOptions } from './client.ts';
import { HelixError } from './errors.ts';

/** A broadcast that is on air. */
export type LiveBroadcast = {
  /** Twitch's id of the channel. */
  readonly channelId: string;
  readonly broadcastId: string;
  readonly title: string;
  /** The game or other category; null when none is set. */
  readonly category: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly viewers: number;
};

/** The channels to ask for: by id when it is known, else by login. */
export type Whom = { readonly ids: readonly string[]; readonly logins: readonly string[] };

/** Reads channels from Twitch's API. Unknown channels are left out. Throws only HelixErrors, or the signal's reason. */
export type Helix = {
  /** Profiles with the current name of each channel, but without followers. */
  profiles(whom: Whom, signal: AbortSignal): Promise<readonly AccountProfile[]>;
  followers(channelId: string, signal: AbortSignal): Promise<number>;
  /** The current broadcasts of the channels that are live. */
  live(channelIds: readonly string[], signal: AbortSignal): Promise<readonly LiveBroadcast[]>;
};

/** Channels per request. */
const askedAtOnce = 100;

const numeric = z.string().regex(/^\d{1,20}$/);
const users = z.object({
  data: z.array(
    z.object({
      id: numeric,
      login: z.string().min(1).max(100),
      display_name: z.string(),
      description: z.string(),
      profile_image_url: z.string(),
      created_at: z.iso.datetime({ offset: true }),
    }),
  ),
});
const streams = z.object({
  data: z.array(
    z.object({
      id: z.string().max(100),
      user_id: numeric,
      type: z.string(),
      title: z.string(),
      game_name: z.string(),
      viewer_count: z.number().int().nonnegative(),
      started_at: z.iso.datetime({ offset: true }),
    }),
  ),
});
const followers = z.object({ total: z.number().int().nonnegative() });

/** Opens the API. */
export function openHelix(options: HelixOptions): Helix {
  const ask = connectHelix(options);
  return {
    async profiles({ ids, logins }, signal) {
      const asked = [
        ...ids.map((id) => ['id', id] as const),
        ...logins.map((login) => ['login', login] as const),
      ];
      const pages = await inParts(ask, 'users', asked, users, signal);
      return pages.flatMap(({ data }) => data.map((user) => profileOf(user, options.now())));
    },
    async followers(channelId, signal) {
      const query = [['broadcaster_id', channelId]] as const;
      return read(followers, await ask('channels/followers', query, signal), 'channels/followers').total;
    },
    async live(channelIds, signal) {
      const asked = channelIds.map((id) => ['user_id', id] as const);
      const pages = await inParts(ask, 'streams', asked, streams, signal);
      return pages.flatMap(({ data }) => data.filter(({ type }) => type === 'live').map(broadcastOf));
    },
  };
}

async function inParts<Schema extends z.ZodType>(
  ask: Ask,
  path: string,
  asked: readonly (readonly [string, string])[],
  schema: Schema,
  signal: AbortSignal,
): Promise<readonly z.infer<Schema>[]> {
  const pages: z.infer<Schema>[] = [];
  for (let at = 0; at < asked.length; at += askedAtOnce) {
    const part = asked.slice(at, at + askedAtOnce);
    pages.push(read(schema, await ask(path, [...part, ['first', '100']], signal), path));
  }
  return pages;
}

function read<Schema extends z.ZodType>(schema: Schema, json: unknown, path: string): z.infer<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new HelixError('PROVIDER_UNAVAILABLE', `Twitch's API answered ${path} in an unknown format`);
}

const profileOf = (user: z.infer<typeof users>['data'][number], observedAt: number): AccountProfile => ({
  platform: 'TWITCH',
  platformId: user.id,
  handle: user.login.toLowerCase(),
  displayName: user.display_name || null,
  description: user.description,
  avatarUrl: user.profile_image_url || null,
  verified: null,
  protected: null,
  joinedAt: Date.parse(user.created_at),
  followers: null,
  following: null,
  reportedPosts: null,
  observedAt,
});

const broadcastOf = (stream: z.infer<typeof streams>['data'][number]): LiveBroadcast => ({
  channelId: stream.user_id,
  broadcastId: stream.id,
  title: stream.title,
  category: stream.game_name || null,
  startedAt: Date.parse(stream.started_at),
  viewers: stream.viewer_count,
});
