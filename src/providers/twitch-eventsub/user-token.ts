import { z } from 'zod';
import { must } from '../../shared/errors.ts';
import { keepSecret } from '../../shared/secrets.ts';
import { fetchJson, type JsonAnswer } from '../net/fetch-answer.ts';
import { AnswerError } from '../net/answer-error.ts';
import { HelixError } from '../twitch-helix/errors.ts';

export type UserTokenOptions = {
  /** A user's access token with the scope `user:read:chat`. */
  readonly token: string;
  /** Used to get a new token before this one expires; null: the token is used until it expires. */
  readonly refresh: {
    readonly token: string;
    readonly clientId: string;
    readonly clientSecret: string;
  } | null;
  /** e.g. `https://id.twitch.tv/oauth2`. */
  readonly authUrl: string;
  /** Stores renewed tokens; by default they are lost when this process ends. */
  readonly keeper?: TokenKeeper | null;
  readonly timeoutMs: number;
  readonly now: () => number;
};

/** An access token and the refresh token for the next one. */
export type RenewedToken = { readonly token: string; readonly refreshToken: string };

/** Stores the newest token, for the next process and for other processes on this machine. Never rejects. */
export type TokenKeeper = {
  /**
   * Returns the tokens that were saved last; null when there are none, or when the configured tokens have changed
   * since.
   */
  load(): Promise<RenewedToken | null>;
  save(renewed: RenewedToken): Promise<void>;
};

/** A valid token, its owner and its scopes. */
export type UserGrant = {
  readonly token: string;
  /** The application that the token belongs to. */
  readonly clientId: string;
  readonly userId: string;
  readonly scopes: ReadonlySet<string>;
};

/** Provides a user's valid token. */
export type UserToken = {
  /**
   * Returns a token that Twitch confirmed as valid. Concurrent callers share one validation. Throws only HelixErrors.
   */
  get(): Promise<UserGrant>;
  /** Reports that Twitch refused a token: it is validated again before its next use. */
  refuse(token: string): void;
};

/** Twitch requires an hourly validation. */
const validMs = 3_600_000;
/** A token is renewed this long before it expires. */
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

/** Opens the token; sends no request until `get` is called. */
export function openUserToken(options: UserTokenOptions): UserToken {
  const { refresh, authUrl, timeoutMs, now } = options;
  // Tokens are stored only when they can be renewed.
  const keeper = refresh === null ? null : (options.keeper ?? null);
  let { token } = options;
  let refreshToken = refresh?.token ?? null;
  let held: { readonly grant: UserGrant; readonly until: number } | null = null;
  let asking: Promise<UserGrant> | null = null;

  const ask = (request: { url: string; method?: string; headers: Record<string, string>; body?: string }) =>
    // Not cancelled with the caller: other callers may wait for the same answer.
    fetchJson({ ...request, timeoutMs, signal: new AbortController().signal }).catch((cause: unknown) => {
      if (!(cause instanceof AnswerError)) throw cause;
      throw new HelixError('PROVIDER_UNAVAILABLE', `Twitch gave ${cause.message}`, undefined, { cause });
    });

  async function renew(): Promise<UserGrant> {
    await loadSaved();
    const known = await validate();
    if (known !== null && (refreshToken === null || known.leftMs > earlyMs)) return hold(known);
    await exchange();
    const fresh = await validate();
    if (fresh === null) throw refusedToken();
    return hold(fresh);
  }

  /** Uses the token that was saved before a restart, or by another process. */
  async function loadSaved(): Promise<void> {
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
      // Old tokens that never expire report 0.
      leftMs: seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1_000,
    };
  }

  async function exchange(): Promise<void> {
    if (refresh === null || refreshToken === null) throw refusedToken();
    // The saved token may be invalid while the configured one still works.
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

  /** Exchanges a refresh token; null when Twitch refuses it. */
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
    `Twitch did not confirm the token: it answered with status ${status}`,
  );
