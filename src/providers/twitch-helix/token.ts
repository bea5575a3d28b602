import { z } from 'zod';
import { fetchJson } from '../net/fetch-answer.ts';
import { HelixError } from './errors.ts';

/** What an application's token is got with. */
export type Credentials = { readonly clientId: string; readonly clientSecret: string };

export type TokenOptions = Credentials & {
  /** e.g. `https://id.twitch.tv/oauth2`. */
  readonly authUrl: string;
  readonly timeoutMs: number;
  readonly now: () => number;
};

/** A token of the application, for all who ask. */
export type AppToken = {
  /** The token; a new one when the old one is about to expire. Whoever asks meanwhile waits for the same. */
  get(signal: AbortSignal): Promise<string>;
  /** Says that Twitch refused a token: the next one who asks gets another. */
  refuse(token: string): void;
};

/** A token is replaced so long before it expires. */
const earlyMs = 10 * 60_000;

const granted = z.object({ access_token: z.string().min(1).max(500), expires_in: z.number().positive() });

/** Asks for no token before somebody needs one. */
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
      // Others may wait for the same token when the one who asked has gone.
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
      throw new HelixError('PROVIDER_UNAVAILABLE', `Twitch gave no token: it answered with status ${status}`);
    }
    const { access_token: token, expires_in: seconds } = answer.data;
    // One that lives for less is used for half of its time.
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
