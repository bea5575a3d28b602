import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';
import type { TransactionSql } from 'postgres';
import { postKey } from '../../shared/post-key.ts';
import type { AccountProfile, Platform, ProviderName } from '../../shared/post.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** JSON has control characters escaped, so this one can part texts. */
const separator = '\u001e';
/** Enough for deflate to find what the payloads share, few enough to hold many rows in memory. */
const payloadsPerRow = 500;

export type RawBatch = {
  readonly streamId: number;
  readonly platform: Platform;
  readonly provider: ProviderName;
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  readonly collectedAt: number;
  readonly payloads: readonly { readonly platformId: string; readonly raw: string }[];
};

/** Keeps the payloads as they came. */
export async function saveRaw(tx: TransactionSql, batch: RawBatch): Promise<void> {
  for (let at = 0; at < batch.payloads.length; at += payloadsPerRow) {
    const some = batch.payloads.slice(at, at + payloadsPerRow);
    const bytes = await deflate(some.map((payload) => payload.raw).join(separator), {
      level: constants.Z_BEST_SPEED,
    });
    const ids = `{${some.map((payload) => postKey(batch.platform, payload.platformId)).join(',')}}`;
    await tx`
      insert into raw_payloads (stream_id, provider, collected_at, observed_at, account, post_ids, payloads)
      values (${batch.streamId}, ${batch.provider}, ${new Date(batch.collectedAt).toISOString()},
        ${new Date(batch.account?.observedAt ?? batch.collectedAt).toISOString()},
        ${batch.account && tx.json(batch.account)}, ${ids}::uuid[], ${bytes})`;
  }
}

/** The payloads of one row, in order. */
export async function readRaw(bytes: Buffer): Promise<readonly string[]> {
  return (await inflate(bytes)).toString('utf8').split(separator);
}
