import { createHmac, randomBytes } from 'node:crypto';

/** The prefix of every secret in the Standard Webhooks specification; `shared/secrets.ts` also uses it. */
const prefix = 'whsec_';
const secretBytes = 32;

/** Creates a secret of 256 random bits. */
export const makeSecret = (): string => `${prefix}${randomBytes(secretBytes).toString('base64')}`;

/** A message to sign. */
export type Message = {
  /** The same for each attempt and for a replay, so that receivers recognise repetitions. */
  readonly id: string;
  /** When it is sent, in milliseconds; receivers refuse old messages. */
  readonly at: number;
  readonly body: string;
};

/**
 * Returns the headers of a message, signed by the Standard Webhooks specification (https://www.standardwebhooks.com).
 */
export function signedHeaders(secret: string, { id, at, body }: Message): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
