import { createHmac, randomBytes } from 'node:crypto';

/** What every secret begins with, by the Standard Webhooks specification; `shared/secrets.ts` knows it, too. */
const prefix = 'whsec_';
const secretBytes = 32;

/** A new secret: 256 random bits. */
export const makeSecret = (): string => `${prefix}${randomBytes(secretBytes).toString('base64')}`;

/** A message on its way to a receiver. */
export type Message = {
  /** The same at each attempt, and at a replay: receivers know by it what they have had. */
  readonly id: string;
  /** When it is sent, in milliseconds: receivers refuse old ones. */
  readonly at: number;
  readonly body: string;
};

/** The headers of a message, signed as the Standard Webhooks specification says (https://www.standardwebhooks.com). */
export function signedHeaders(secret: string, { id, at, body }: Message): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
