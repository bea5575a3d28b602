import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';
import type { TransactionSql } from 'postgres';
import { postKey } from '../../shared/post-key.ts';
import type { AccountProfile, EnrichedPost, Platform, ProviderName } from '../../shared/post.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** JSON has control characters escaped, so this one can part texts. */
const separator = '\u001e';
const separatorBytes = Buffer.from(separator);
/** Enough for deflate to find what the payloads share, few enough to hold many rows in memory. */
const payloadsPerRow = 500;

/** Payloads as a row of the table holds them. */
type PackedRaw = {
  readonly postIds: readonly string[];
  readonly payloads: Buffer;
  /** The newest of its posts' observations. */
  readonly observedAt: number;
};

/** The payloads as they came, deflated together: work that needs no database. */
export async function packRaw(
  platform: Platform,
  posts: readonly Pick<EnrichedPost, 'platformId' | 'raw' | 'observedAt'>[],
): Promise<readonly PackedRaw[]> {
  const kept = posts.filter((post) => post.raw !== null);
  const packed: PackedRaw[] = [];
  for (let at = 0; at < kept.length; at += payloadsPerRow) {
    const some = kept.slice(at, at + payloadsPerRow);
    packed.push({
      postIds: some.map((post) => postKey(platform, post.platformId)),
      payloads: await deflate(joined(some.map((post) => post.raw ?? '')), { level: constants.Z_BEST_SPEED }),
      observedAt: some.reduce((newest, post) => Math.max(newest, post.observedAt), 0),
    });
  }
  return packed;
}

function joined(texts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text, at) => {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      return at === 0 ? [bytes] : [separatorBytes, bytes];
    }),
  );
}

/** Keeps packed payloads. */
export async function saveRaw(
  tx: TransactionSql,
  batch: {
    readonly streamId: number;
    readonly provider: ProviderName;
    readonly account: AccountProfile | null;
    readonly collectedAt: number;
  },
  packed: readonly PackedRaw[],
): Promise<void> {
  const { streamId, provider, account, collectedAt } = batch;
  const at = (instant: number) => new Date(instant).toISOString();
  for (const { postIds, payloads, observedAt } of packed) {
    await tx`
      insert into raw_payloads (stream_id, provider, collected_at, observed_at, account, post_ids, payloads)
      values (${streamId}, ${provider}, ${at(collectedAt)}, ${at(observedAt)},
        ${account && tx.json(account)}, ${`{${postIds.join(',')}}`}::uuid[], ${payloads})`;
  }
}

/** The payloads of one row, in order. */
export async function readRaw(bytes: Buffer): Promise<readonly string[]> {
  return (await inflate(bytes)).toString('utf8').split(separator);
}
