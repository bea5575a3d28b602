import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Sql } from 'postgres';
import { must } from '../shared/errors.ts';

/** What a link gives its bearer: the file of a job, under the name that is shown. */
export type Link = {
  readonly jobId: string;
  readonly name: string;
  /** Milliseconds. */
  readonly expiresAt: number;
};

/** Signs a link with the secret that all servers of a store share. */
export const signatureOf = (secret: Buffer, { jobId, name, expiresAt }: Link): string =>
  createHmac('sha256', secret)
    // Ids and numbers contain no line break.
    .update(`download\n${jobId}\n${expiresAt}\n${name}`)
    .digest('base64url');

/** Whether the signature belongs to the link. Takes constant time. */
export function isSignedBy(secret: Buffer, link: Link, signature: string): boolean {
  const right = Buffer.from(signatureOf(secret, link));
  const given = Buffer.from(signature);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Loads the secret of that name; creates it with 256 random bits when there is none. */
export async function loadSecret(sql: Sql, name: string): Promise<Buffer> {
  await sql`
    insert into secrets (name, value) values (${name}, ${randomBytes(32)}) on conflict do nothing`;
  const [row] = await sql<{ value: Buffer }[]>`select value from secrets where name = ${name}`;
  return must(row, 'it was made just now').value;
}
