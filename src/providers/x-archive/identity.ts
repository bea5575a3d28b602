import { BadInputError } from '../../shared/errors.ts';
import { isXHandle, parseXHandle } from '../../shared/handle.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { parseDate } from '../x/dates.ts';
import { countOf, idOf, isWire, listOf, textOf, unwrap, type Wire } from '../x/json.ts';
import { unescapeHtml } from '../x/text.ts';
import { findUnnamed, type Layout } from './layout.ts';
import { readAssigned } from './small-file.ts';
import type { SourceFile } from './source.ts';

/** The account of an archive; `observedAt` is null when it can be known only from the tweets. */
export type Identity = Omit<AccountProfile, 'observedAt'> & { readonly observedAt: number | null };

/**
 * Reads the account of an archive. Throws BadInputError when its files name two accounts, when they contradict
 * `handle`, when neither names the account, and when only one of several folders with tweets names it.
 */
export async function readIdentity(layout: Layout, handle: string | null): Promise<Identity> {
  const given = handle === null ? null : parseXHandle(handle);
  const claims = [
    ...(await claimsOf(layout.accounts, accountClaim)),
    ...(await claimsOf(layout.manifests, manifestClaim)),
    ...(await claimsOf(layout.userDetails, userDetailsClaim)),
  ];
  const profiles = await claimsOf(layout.profiles, profileClaim);
  const payloads = await claimsOf(layout.payloadDetails, payloadClaim);
  refuseTwoAccounts(claims);
  if (given === null) refuseUnnamed(layout);
  const all = [...claims, ...profiles, ...payloads];
  const first = <Key extends keyof Claim>(key: Key): NonNullable<Claim[Key]> | null => {
    for (const claim of all) if (claim[key] !== null && claim[key] !== undefined) return claim[key];
    return null;
  };
  const own = first('handle');
  if (given !== null && own !== null && given.toLowerCase() !== own.toLowerCase()) {
    throw new BadInputError(`The archive belongs to @${own}, not to @${given}.`);
  }
  const known = own ?? given;
  if (known === null) {
    throw new BadInputError(
      'Nothing in it says whose tweets these are (no account.js): give the handle (--handle).',
    );
  }
  return {
    platform: 'X',
    platformId: first('platformId'),
    handle: known,
    displayName: first('displayName'),
    description: first('description'),
    avatarUrl: first('avatarUrl'),
    verified: null,
    protected: null,
    joinedAt: first('joinedAt'),
    followers: first('followers'),
    following: first('following'),
    reportedPosts: first('reportedPosts'),
    observedAt: first('observedAt'),
  };
}

/** What one file says about the account; the file that is read first wins. */
type Claim = Partial<{ readonly [Key in keyof Identity]: Identity[Key] | null }> & { readonly from: string };

async function claimsOf(
  files: readonly SourceFile[],
  read: (content: unknown) => Omit<Claim, 'from'>,
): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (const file of files) claims.push({ ...read(await readAssigned(file)), from: file.path });
  return claims;
}

function refuseUnnamed(layout: Layout): void {
  const folder = findUnnamed(layout);
  if (folder === null) return;
  throw new BadInputError(
    `Nothing in ${folder === '' ? 'its folder' : folder} names the account of its tweets, and the account of another folder may not ` +
      'be the same: import the folders one by one, or give the handle (--handle).',
  );
}

function refuseTwoAccounts(claims: readonly Claim[]): void {
  const [first, ...others] = claims.filter((claim) => claim.platformId || claim.handle);
  for (const other of others) {
    const bothIds = Boolean(first?.platformId && other.platformId);
    const same = bothIds
      ? first?.platformId === other.platformId
      : !first?.handle || !other.handle || first.handle.toLowerCase() === other.handle.toLowerCase();
    if (same) continue;
    throw new BadInputError(
      `Files of two accounts are mixed: ${first?.from} belongs to @${first?.handle}, ${other.from} to @${other.handle}. ` +
        'Import them one by one.',
    );
  }
}

/** The file also has the e-mail address, which is never read. */
function accountClaim(content: unknown): Omit<Claim, 'from'> {
  const account = inner(content, 'account');
  return {
    platformId: idOf(account, 'accountId'),
    handle: handleOf(account.username),
    displayName: readable(account.accountDisplayName),
    joinedAt: parseDate(account.createdAt),
  };
}

function profileClaim(content: unknown): Omit<Claim, 'from'> {
  const profile = inner(content, 'profile');
  const description = isWire(profile.description) ? profile.description : {};
  const avatar = textOf(profile.avatarMediaUrl);
  return {
    description: typeof description.bio === 'string' ? unescapeHtml(description.bio) : null,
    // Newer archives name a file inside the archive instead.
    avatarUrl: avatar?.startsWith('http') ? avatar : null,
  };
}

/** Reads what a manifest says about the account. */
export function manifestClaim(content: unknown): Omit<Claim, 'from'> {
  const manifest = isWire(content) ? content : {};
  const user = isWire(manifest.userInfo) ? manifest.userInfo : {};
  const archive = isWire(manifest.archiveInfo) ? manifest.archiveInfo : {};
  const types = isWire(manifest.dataTypes) ? manifest.dataTypes : {};
  const part = isPartial(content);
  return {
    platformId: idOf(user, 'accountId'),
    handle: handleOf(user.userName),
    displayName: readable(user.displayName),
    // A partial archive counts only its own records.
    followers: part ? null : recordsOf(types.follower),
    following: part ? null : recordsOf(types.following),
    reportedPosts: part ? null : (recordsOf(types.tweets) ?? recordsOf(types.tweet)),
    observedAt: parseDate(archive.generationDate),
  };
}

/** Whether a manifest says that the archive is partial. */
export function isPartial(content: unknown): boolean {
  const manifest = isWire(content) ? content : {};
  const archive = isWire(manifest.archiveInfo) ? manifest.archiveInfo : {};
  return isTrue(archive.isPartialArchive) || isTrue(archive.isArchivePartial);
}

function userDetailsClaim(content: unknown): Omit<Claim, 'from'> {
  const user = isWire(content) ? content : {};
  return {
    platformId: idOf(user, 'id'),
    handle: handleOf(user.screen_name),
    displayName: readable(user.full_name),
    description: readable(user.bio),
    joinedAt: parseDate(user.created_at),
  };
}

/** Reads the same from the file that archives of 2012 to 2018 have. */
export function payloadClaim(content: unknown): Omit<Claim, 'from'> {
  const payload = isWire(content) ? content : {};
  return { reportedPosts: countOf(payload.tweets), observedAt: parseDate(payload.created_at) };
}

function inner(content: unknown, key: string): Wire {
  return unwrap(listOf(content)[0] ?? {}, key);
}

function handleOf(value: unknown): string | null {
  return typeof value === 'string' && isXHandle(value) ? value : null;
}

function readable(value: unknown): string | null {
  const text = textOf(value);
  return text === null ? null : unescapeHtml(text);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** Sums the records that a manifest counts in the files of a type; null when it does not list the type. */
function recordsOf(type: unknown): number | null {
  if (!isWire(type)) return null;
  const counts = listOf(type.files).map((file) => countOf(file.count));
  return counts.some((count) => count === null) || counts.length === 0
    ? null
    : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
