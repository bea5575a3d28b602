import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Sql } from 'postgres';
import { must } from '../shared/errors.ts';

/** What a link gives whoever has it, until when: the file of a job, by the name that is shown. */
export type Link = {
  readonly jobId: string;
  readonly name: string;
  /** Milliseconds. */
  readonly expiresAt: number;
};

/** The signature of a link, by the secret that all servers of a store share. */
export const signatureOf = (secret: Buffer, { jobId, name, expiresAt }: Link): string =>
  createHmac('sha256', secret)
    // Neither an id nor a number has a line break in it.
    .update(`download\n${jobId}\n${expiresAt}\n${name}`)
    .digest('base64url');

/** Whether the signature is the link's; the time that it takes tells nothing of the right one. */
export function isSignedBy(secret: Buffer, link: Link, signature: string): boolean {
  const right = Buffer.from(signatureOf(secret, link));
  const given = Buffer.from(signature);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** The secret of that name, made when there is none: 256 random bits. */
export async function loadSecret(sql: Sql, name: string): Promise<Buffer> {
  await sql`
    insert into secrets (name, value) values (${name}, ${randomBytes(32)}) on conflict do nothing`;
  const [row] = await sql<{ value: Buffer }[]>`select value from secrets where name = ${name}`;
  return must(row, 'it was made just now').value;
}
