import { must } from '../../shared/errors.ts';
import { version } from '../../version.ts';
import type { Attempt, Courier } from './courier.ts';
import {
  checkedLookup,
  PrivateAddressError,
  type Resolve,
  systemResolve,
} from '../../platform/checked-lookup.ts';
import { payloadOf } from './payload.ts';
import { type AnswerLimits, answerLimits, NoAnswerError, postBody } from './post-body.ts';
import { signedHeaders } from './sign.ts';
import { parseWebhookUrl, type WebhookRules } from './url.ts';

export type WebhookOptions = {
  readonly rules: WebhookRules;
  /** The current time, in milliseconds. */
  readonly now: () => number;
  /** Resolves host names; by default the system's resolver. */
  readonly resolve?: Resolve;
  readonly limits?: AnswerLimits;
};

/**
 * Creates a courier that sends signed events to URLs. The rules are checked at each attempt, because they may have
 * changed since the URL was given.
 */
export function createWebhooks(options: WebhookOptions): Courier {
  const { rules, now, resolve = systemResolve, limits = answerLimits } = options;
  const lookup = checkedLookup(resolve, rules.private);
  return {
    method: 'WEBHOOK',
    async send(event, { address, secret }) {
      try {
        const url = parseWebhookUrl(address, rules);
        const body = payloadOf(event);
        const headers = {
          ...signedHeaders(secret, { id: event.eventId, at: now(), body }),
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
          'user-agent': `larkstat/${version}`,
        };
        return attemptOf(await postBody({ url, headers, body, lookup, limits }));
      } catch (error) {
        return { outcome: 'failed', status: null, error: reasonOf(error) };
      }
    },
  };
}

function attemptOf(status: number): Attempt {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status, error: null };
  if (status === 410) {
    return { outcome: 'gone', status, error: 'The receiver answered 410: it refuses further events' };
  }
  const isRedirect = status >= 300 && status < 400;
  const error = `The receiver answered ${status}${isRedirect ? ', a redirect, which is not followed' : ''}`;
  return { outcome: 'failed', status, error };
}

/** The message of any other error may quote the URL, so only its code is used. */
function reasonOf(error: unknown): string {
  const { code, message } = must(error as NodeJS.ErrnoException | null, 'something was thrown');
  if (error instanceof PrivateAddressError) return `${message}: WEBHOOK_PRIVATE=allow lets messages go there`;
  if (error instanceof NoAnswerError || code === 'BAD_INPUT') return message;
  return code === undefined ? 'The connection failed' : `The connection failed: ${code}`;
}
