import { z } from 'zod';
import { fetchJson } from '../net/fetch-answer.ts';
import { HelixError } from './errors.ts';

/** The keys of a registered application. */
export type Credentials = { readonly clientId: string; readonly clientSecret: string };

export type TokenOptions = Credentials & {
  /** e.g. `https://id.twitch.tv/oauth2`. */
  readonly authUrl: string;
  readonly timeoutMs: number;
  readonly now: () => number;
};

/** Provides the application's valid token. */
export type AppToken = {
  /** Returns the token; gets a new one when it is about to expire. Concurrent callers share one request. */
  get(signal: AbortSignal): Promise<string>;
  /** Reports that Twitch refused a token: the next `get` requests a new one. */
  refuse(token: string): void;
};

/** A token is replaced this long before it expires. */
const earlyMs = 10 * 60_000;

const granted = z.object({ access_token: z.string().min(1).max(500), expires_in: z.number().positive() });

/** Opens the token; sends no request until `get` is called. */
export function openAppToken(options: TokenOptions): AppToken {
  const { now } = options;
  let held: { readonly token: string; readonly until: number } | null = null;
  let asking: Promise<string> | null = null;

  async function ask(): Promise<string> {
    const { authUrl, clientId, clientSecret, timeoutMs } = options;
    const body = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
    });
    const { status, json } = await fetchJson({
      url: `${authUrl}/token`,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
      timeoutMs,
      // Not cancelled with the caller: other callers may wait for the same token.
      signal: new AbortController().signal,
    });
    if (status === 400 || status === 401 || status === 403) {
      throw new HelixError(
        'PROVIDER_NOT_CONFIGURED',
        'Twitch refused TWITCH_CLIENT_ID with TWITCH_CLIENT_SECRET',
      );
    }
    const answer = granted.safeParse(json);
    if (status !== 200 || !answer.success) {
      throw new HelixError('PROVIDER_UNAVAILABLE', `Twitch sent no token: it answered with status ${status}`);
    }
    const { access_token: token, expires_in: seconds } = answer.data;
    // A token that expires sooner than that is used for half of its lifetime.
    const livesMs = seconds * 1_000;
    held = { token, until: now() + Math.max(livesMs - earlyMs, livesMs / 2) };
    return token;
  }

  return {
    async get(signal) {
      signal.throwIfAborted();
      if (held !== null && now() < held.until) return held.token;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    refuse(token) {
      if (held?.token === token) held = null;
    },
  };
}
