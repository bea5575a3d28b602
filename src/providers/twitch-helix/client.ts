import { setTimeout as sleep } from 'node:timers/promises';
import { AnswerError } from '../net/answer-error.ts';
import { fetchJson, type JsonAnswer } from '../net/fetch-answer.ts';
import { HelixError } from './errors.ts';
import { type AppToken, openAppToken, type TokenOptions } from './token.ts';

/** Requests a path of Helix and returns the JSON. A query name may be repeated. */
export type Ask = (
  path: string,
  query: readonly (readonly [name: string, value: string])[],
  signal: AbortSignal,
) => Promise<unknown>;

export type HelixOptions = TokenOptions & {
  /** e.g. `https://api.twitch.tv/helix`. */
  readonly helixUrl: string;
};

/** Retries after a server error. */
const maxRetries = 2;
const retryPauseMs = 500;
/** Twitch refills the points within a minute. */
const longestWaitMs = 65_000;

/**
 * Connects to Helix. While the points are used up, it sends nothing and throws RATE_LIMITED with the instant of the
 * refill. Not twurple: its address can only be changed to a port of this machine.
 */
export function connectHelix(options: HelixOptions): Ask {
  const token = openAppToken(options);
  const { now } = options;
  let emptyUntil = 0;

  function note(headers: Headers): void {
    const remaining = headers.get('ratelimit-remaining');
    const reset = Number(headers.get('ratelimit-reset')) * 1_000;
    if (remaining !== '0' || !Number.isFinite(reset)) return;
    emptyUntil = Math.min(reset, now() + longestWaitMs);
  }

  return async (path, query, signal) => {
    const url = new URL(`${options.helixUrl}/${path}`);
    for (const [name, value] of query) url.searchParams.append(name, value);
    let refused = false;
    for (let retries = 0; ; ) {
      if (now() < emptyUntil) throw limited(emptyUntil);
      const { answer, sentToken } = await send(options, token, url, signal);
      note(answer.headers);
      const { status, json } = answer;
      if (status === 200) return json;
      if (status === 401 && !refused) {
        // The token may have been revoked before it expired.
        refused = true;
        token.refuse(sentToken);
      } else if (status >= 500 && retries < maxRetries) {
        await sleep(retryPauseMs * 2 ** retries++, undefined, { signal });
      } else if (status === 429) {
        emptyUntil = Math.max(emptyUntil, now() + 1_000);
        throw limited(emptyUntil);
      } else throw refusal(status, path);
    }
  };
}

async function send(
  { clientId, timeoutMs }: HelixOptions,
  token: AppToken,
  url: URL,
  signal: AbortSignal,
): Promise<{ readonly answer: JsonAnswer; readonly sentToken: string }> {
  try {
    const sentToken = await token.get(signal);
    const headers = { 'client-id': clientId, authorization: `Bearer ${sentToken}` };
    return { answer: await fetchJson({ url, headers, timeoutMs, signal }), sentToken };
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    throw new HelixError('PROVIDER_UNAVAILABLE', `Twitch's API gave ${error.message}`, undefined, {
      cause: error,
    });
  }
}

const limited = (until: number) =>
  new HelixError('RATE_LIMITED', "The points for Twitch's API are used up", new Date(until));

function refusal(status: number, path: string): HelixError {
  if (status === 401 || status === 403)
    return new HelixError('PROVIDER_NOT_CONFIGURED', `Twitch's API refused the key (${status} for ${path})`);
  if (status === 404) return new HelixError('NOT_FOUND', `Twitch's API found no such ${path}`);
  return new HelixError('PROVIDER_UNAVAILABLE', `Twitch's API answered ${path} with status ${status}`);
}
