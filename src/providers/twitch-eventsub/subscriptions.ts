import { z } from 'zod';
import { AnswerError } from '../net/answer-error.ts';
import { fetchJson } from '../net/fetch-answer.ts';
import { HelixError } from '../twitch-helix/errors.ts';
import type { UserToken } from './user-token.ts';
import type { Wanted } from './wanted.ts';

export type SubscriptionsOptions = {
  /** e.g. `https://api.twitch.tv/helix`. */
  readonly helixUrl: string;
  readonly token: UserToken;
  readonly timeoutMs: number;
};

/** Manages the subscriptions of sessions. Throws only HelixErrors, or the signal's reason. */
export type Subscriptions = {
  /** Creates a subscription; returns its id, or null when it existed already. */
  create(wanted: Wanted, sessionId: string, signal: AbortSignal): Promise<string | null>;
  /** Ends a subscription; does nothing when it no longer exists. */
  end(id: string, signal: AbortSignal): Promise<void>;
};

const created = z.object({ data: z.array(z.object({ id: z.string().min(1).max(100) })).min(1) });
/** Twitch's reason for a refusal, in words for people. */
const refusal = z.object({ message: z.string() });

/** Opens the subscriptions API with a user's token. */
export function openSubscriptions({ helixUrl, token, timeoutMs }: SubscriptionsOptions): Subscriptions {
  async function ask(method: string, query: string, body: object | null, signal: AbortSignal) {
    for (let refused = false; ; refused = true) {
      const grant = await token.get();
      const answer = await fetchJson({
        url: `${helixUrl}/eventsub/subscriptions${query}`,
        method,
        headers: {
          'client-id': grant.clientId,
          authorization: `Bearer ${grant.token}`,
          ...(body === null ? {} : { 'content-type': 'application/json' }),
        },
        body: body === null ? null : JSON.stringify(body),
        timeoutMs,
        signal,
      }).catch((cause: unknown) => {
        if (!(cause instanceof AnswerError)) throw cause;
        throw new HelixError('PROVIDER_UNAVAILABLE', `Twitch's API gave ${cause.message}`, undefined, {
          cause,
        });
      });
      // The token may have been revoked or replaced before it expired.
      if (answer.status !== 401 || refused) return answer;
      token.refuse(grant.token);
    }
  }

  return {
    async create({ type, version, condition }, sessionId, signal) {
      const transport = { method: 'websocket', session_id: sessionId };
      const { status, json } = await ask('POST', '', { type, version, condition, transport }, signal);
      if (status === 409) return null;
      const answer = created.safeParse(json);
      if (status === 202 && answer.success) return answer.data.data[0]?.id ?? null;
      const reason = refusal.safeParse(json);
      const why = reason.success ? `: ${reason.data.message.slice(0, 200)}` : '';
      throw new HelixError(codeOf(status), `Twitch refused ${type} with status ${status}${why}`);
    },
    async end(id, signal) {
      const { status } = await ask('DELETE', `?id=${encodeURIComponent(id)}`, null, signal);
      if (status !== 204 && status !== 404)
        throw new HelixError(codeOf(status), `Twitch did not end a subscription: status ${status}`);
    },
  };
}

function codeOf(status: number) {
  if (status === 429) return 'RATE_LIMITED';
  return status === 401 || status === 403 ? 'PROVIDER_NOT_CONFIGURED' : 'PROVIDER_UNAVAILABLE';
}
