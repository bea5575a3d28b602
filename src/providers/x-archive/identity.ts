import { BadInputError } from '../../shared/errors.ts';
import { isXHandle, parseXHandle } from '../../shared/handle.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { parseDate } from '../x/dates.ts';
import { countOf, idOf, isWire, listOf, textOf, unwrap, type Wire } from '../x/json.ts';
import { unescapeHtml } from '../x/text.ts';
import { findUnnamed, type Layout } from './layout.ts';
import { readAssigned } from './small-file.ts';
import type { SourceFile } from './source.ts';

/** Whose archive it is; `observedAt` null when only the tweets can tell. */
export type Identity = Omit<AccountProfile, 'observedAt'> & { readonly observedAt: number | null };

/**
 * Reads who an archive is of. Throws BadInputError when its files name two accounts, where `handle` contradicts
 * them, where neither tells, and where only one of several folders of tweets does.
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
    throw new BadInputError(`The archive is of @${own}, not of @${given}.`);
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

/** What one file says of the account; the file that was read first wins. */
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
    `Nothing in ${folder === '' ? 'its folder' : folder} says whose tweets lie there, and the account of another folder may not ` +
      'be theirs: import the folders one by one, or give the handle (--handle).',
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
      `Files of two accounts are mixed: ${first?.from} is of @${first?.handle}, ${other.from} of @${other.handle}. ` +
        'Import them one by one.',
    );
  }
}

/** The e-mail address beside these is never taken. */
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

/** What a manifest says of the account. */
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
    // A part of an archive only counts its own share.
    followers: part ? null : recordsOf(types.follower),
    following: part ? null : recordsOf(types.following),
    reportedPosts: part ? null : (recordsOf(types.tweets) ?? recordsOf(types.tweet)),
    observedAt: parseDate(archive.generationDate),
  };
}

/** Whether a manifest says that the archive is a part of one. */
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

/** The same of the file that archives of 2012 to 2018 have. */
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

/** How many records a manifest counts in all files of a type; null when it does not list the type. */
function recordsOf(type: unknown): number | null {
  if (!isWire(type)) return null;
  const counts = listOf(type.files).map((file) => countOf(file.count));
  return counts.some((count) => count === null) || counts.length === 0
    ? null
    : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
