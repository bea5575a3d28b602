import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a share lets a caller see. */
export type Grant = {
  readonly shareId: number;
  /** The address of the page that was shared. */
  readonly path: string;
  /** The streams of that page. */
  readonly streamIds: ReadonlySet<number>;
  /** Whether hashtags over all streams may be seen: their counts, never a post. */
  readonly trends: boolean;
};

/** The contents of a share's token. */
export type ShareParts = { readonly shareId: number; readonly expiresAt: Date };

const shape = /^share_(\d{1,9})_(\d{1,12})_([\w-]{43})$/;

/** Creates the token of a share: its number, its expiry in seconds since 1970, and a signature of both. */
export function shareTokenOf(secret: Buffer, { shareId, expiresAt }: ShareParts): string {
  const seconds = Math.floor(expiresAt.getTime() / 1_000);
  const signature = createHmac('sha256', secret).update(`share\n${shareId}\n${seconds}`).digest('base64url');
  return `share_${shareId}_${seconds}_${signature}`;
}

/** Whether a text has the format of a share's token. Such a text is never tried as a key. */
export const isShareToken = (token: string): boolean => shape.test(token);

/** Reads a token; null when the signature is wrong. Takes the same time for any signature. */
export function readShareToken(secret: Buffer, token: string): ShareParts | null {
  const [, id, seconds] = shape.exec(token) ?? [];
  if (id === undefined || seconds === undefined) return null;
  const parts = { shareId: Number(id), expiresAt: new Date(Number(seconds) * 1_000) };
  const right = Buffer.from(shareTokenOf(secret, parts));
  const given = Buffer.from(token);
  return given.length === right.length && timingSafeEqual(given, right) ? parts : null;
}
