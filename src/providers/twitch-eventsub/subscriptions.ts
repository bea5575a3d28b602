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

/** The events that a session subscribes to. Everything thrown is a HelixError, or the signal's reason. */
export type Subscriptions = {
  /** Makes one; its id, or null when there was the same already. */
  create(wanted: Wanted, sessionId: string, signal: AbortSignal): Promise<string | null>;
  /** Ends one. One that is not there any more is no error. */
  end(id: string, signal: AbortSignal): Promise<void>;
};

const created = z.object({ data: z.array(z.object({ id: z.string().min(1).max(100) })).min(1) });
/** Twitch says for people why it refuses. */
const refusal = z.object({ message: z.string() });

/** Makes subscriptions of EventSub with a user's token. */
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
      // It may have been revoked, or replaced, before its time.
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
      const told = refusal.safeParse(json);
      const why = told.success ? `: ${told.data.message.slice(0, 200)}` : '';
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
