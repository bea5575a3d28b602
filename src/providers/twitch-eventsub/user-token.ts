import { z } from 'zod';
import { must } from '../../shared/errors.ts';
import { keepSecret } from '../../shared/secrets.ts';
import { fetchJson, type JsonAnswer } from '../net/fetch-answer.ts';
import { AnswerError } from '../net/answer-error.ts';
import { HelixError } from '../twitch-helix/errors.ts';

export type UserTokenOptions = {
  /** A user's access token with the scope `user:read:chat`. */
  readonly token: string;
  /** What a new one is got with before it expires; null: it is used until then. */
  readonly refresh: {
    readonly token: string;
    readonly clientId: string;
    readonly clientSecret: string;
  } | null;
  /** e.g. `https://id.twitch.tv/oauth2`. */
  readonly authUrl: string;
  /** Where a token that was got so is kept; null, as by default: it is forgotten when this process ends. */
  readonly keeper?: TokenKeeper | null;
  readonly timeoutMs: number;
  readonly now: () => number;
};

/** A token, and what the one after it is got with. */
export type RenewedToken = { readonly token: string; readonly refreshToken: string };

/** Keeps the newest token beyond the end of this process, for others on this machine too. Never rejects. */
export type TokenKeeper = {
  /** What was saved last; null when nothing was, or when other tokens are configured since. */
  load(): Promise<RenewedToken | null>;
  save(renewed: RenewedToken): Promise<void>;
};

/** Whose token it is, and what it allows. */
export type UserGrant = {
  readonly token: string;
  /** The application that it was given to. */
  readonly clientId: string;
  readonly userId: string;
  readonly scopes: ReadonlySet<string>;
};

/** A user's token, for all who ask. */
export type UserToken = {
  /** The token as Twitch says that it is valid. Whoever asks meanwhile waits for the same. Everything thrown is a HelixError. */
  get(): Promise<UserGrant>;
  /** Says that Twitch refused a token: it is looked at anew before it is used again. */
  refuse(token: string): void;
};

/** Twitch wants a token to be validated each hour. */
const validMs = 3_600_000;
/** A token is replaced so long before it expires. */
const earlyMs = 10 * 60_000;

const validated = z.object({
  client_id: z.string().min(1).max(100),
  user_id: z.string().regex(/^\d{1,20}$/),
  scopes: z.array(z.string().max(100)).max(500).nullable(),
  expires_in: z.number().nonnegative(),
});
const refreshed = z.object({
  access_token: z.string().min(1).max(500),
  refresh_token: z.string().min(1).max(500),
});

/** Asks Twitch nothing before somebody needs the token. */
export function openUserToken(options: UserTokenOptions): UserToken {
  const { refresh, authUrl, timeoutMs, now } = options;
  // Without the means to renew it there is nothing to keep.
  const keeper = refresh === null ? null : (options.keeper ?? null);
  let { token } = options;
  let refreshToken = refresh?.token ?? null;
  let held: { readonly grant: UserGrant; readonly until: number } | null = null;
  let asking: Promise<UserGrant> | null = null;

  const ask = (request: { url: string; method?: string; headers: Record<string, string>; body?: string }) =>
    // Others may wait for the same answer when the one who asked has gone.
    fetchJson({ ...request, timeoutMs, signal: new AbortController().signal }).catch((cause: unknown) => {
      if (!(cause instanceof AnswerError)) throw cause;
      throw new HelixError('PROVIDER_UNAVAILABLE', `Twitch gave ${cause.message}`, undefined, { cause });
    });

  async function renew(): Promise<UserGrant> {
    await takeUpKept();
    const known = await validate();
    if (known !== null && (refreshToken === null || known.leftMs > earlyMs)) return hold(known);
    await exchange();
    const fresh = await validate();
    if (fresh === null) throw refusedToken();
    return hold(fresh);
  }

  /** Goes on with what was got before a restart, or by another process. */
  async function takeUpKept(): Promise<void> {
    const kept = (await keeper?.load()) ?? null;
    if (kept === null) return;
    keepSecret(kept.token, kept.refreshToken);
    token = kept.token;
    refreshToken = kept.refreshToken;
  }

  function hold({ grant, leftMs }: Valid): UserGrant {
    const replacedInMs = refreshToken === null ? leftMs : Math.max(leftMs - earlyMs, leftMs / 2);
    held = { grant, until: now() + Math.min(validMs, replacedInMs) };
    return grant;
  }

  async function validate(): Promise<Valid | null> {
    const answer = await ask({
      url: `${authUrl}/validate`,
      headers: { authorization: `OAuth ${token}` },
    });
    if (answer.status === 401) return null;
    const said = validated.safeParse(answer.json);
    if (answer.status !== 200 || !said.success) throw unknownAnswer(answer);
    const { client_id: clientId, user_id: userId, scopes, expires_in: seconds } = said.data;
    return {
      grant: { token, clientId, userId, scopes: new Set(scopes) },
      // Tokens of old that never expire have 0.
      leftMs: seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1_000,
    };
  }

  async function exchange(): Promise<void> {
    if (refresh === null || refreshToken === null) throw refusedToken();
    // What was kept may be of no use any more when what is configured still is.
    for (const one of new Set([refreshToken, refresh.token])) {
      const given = await exchangeFor(one);
      if (given === null) continue;
      ({ token, refreshToken } = given);
      keepSecret(token, refreshToken);
      await keeper?.save(given);
      return;
    }
    throw refusedToken();
  }

  /** What Twitch gives for a refresh token; null when it refuses it. */
  async function exchangeFor(one: string): Promise<RenewedToken | null> {
    const { clientId, clientSecret } = must(refresh, 'there is a refresh token');
    const body = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'refresh_token',
      refresh_token: one,
    });
    const answer = await ask({
      url: `${authUrl}/token`,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    });
    if (answer.status === 400 || answer.status === 401 || answer.status === 403) return null;
    const given = refreshed.safeParse(answer.json);
    if (answer.status !== 200 || !given.success) throw unknownAnswer(answer);
    return { token: given.data.access_token, refreshToken: given.data.refresh_token };
  }

  return {
    async get() {
      if (held !== null && now() < held.until) return held.grant;
      asking ??= renew().finally(() => {
        asking = null;
      });
      return asking;
    },
    refuse(refused) {
      if (held?.grant.token === refused) held = null;
    },
  };
}

type Valid = { readonly grant: UserGrant; readonly leftMs: number };

const refusedToken = () =>
  new HelixError('PROVIDER_NOT_CONFIGURED', 'Twitch refused TWITCH_USER_TOKEN: a new one is needed');

const unknownAnswer = ({ status }: JsonAnswer) =>
  new HelixError(
    'PROVIDER_UNAVAILABLE',
    `Twitch did not say whose token it is: it answered with status ${status}`,
  );
