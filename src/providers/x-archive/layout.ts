import { BadInputError } from '../../shared/errors.ts';
import type { Source, SourceFile } from './source.ts';

/** Which file of an archive is what. Everything that is not named here is private or of no use, and never read. */
export type Layout = {
  readonly tweets: readonly SourceFile[];
  readonly notes: readonly SourceFile[];
  readonly accounts: readonly SourceFile[];
  readonly profiles: readonly SourceFile[];
  readonly manifests: readonly SourceFile[];
  /** Of the format of 2012 to 2018. */
  readonly userDetails: readonly SourceFile[];
  readonly payloadDetails: readonly SourceFile[];
};

const wanted: { readonly [role in keyof Layout]: RegExp } = {
  tweets: /(?:^|\/)(?:(?:tweets?|community-tweet)(?:-part\d+)?|data\/js\/tweets\/\d{4}_\d{2})\.js$/,
  notes: /(?:^|\/)note-tweet(?:-part\d+)?\.js$/,
  accounts: /(?:^|\/)account\.js$/,
  profiles: /(?:^|\/)profile\.js$/,
  manifests: /(?:^|\/)manifest\.js$/,
  userDetails: /(?:^|\/)js\/user_details\.js$/,
  payloadDetails: /(?:^|\/)js\/payload_details\.js$/,
};

const patterns = Object.values(wanted);

/** Whether a file of tweets has those that were written for communities. */
export const isOfCommunities = (path: string): boolean => /(?:^|\/)community-tweet[^/]*$/.test(path);

/**
 * Finds the files by the end of their path: zips may wrap the archive in a folder, archives before 2019 have
 * no `data/`. What lies in a folder inside of an archive is not its own: another one may have been unpacked there.
 * Throws BadInputError when there is no tweet file.
 */
export function findLayout(source: Source): Layout {
  if (source.kind === 'file') return { ...emptyLayout, tweets: source.files };
  // The order decides which of two equal records wins, so it must not depend on how a zip was written.
  const files = ownFiles(source.files.filter((file) => isWanted(file.path))).sort(byPath);
  const pick = (role: keyof Layout) => files.filter((file) => wanted[role].test(file.path));
  const layout: Layout = {
    tweets: pick('tweets'),
    notes: pick('notes'),
    accounts: pick('accounts'),
    profiles: pick('profiles'),
    manifests: pick('manifests'),
    userDetails: pick('userDetails'),
    payloadDetails: pick('payloadDetails'),
  };
  if (layout.tweets.length === 0) {
    throw new BadInputError(
      `${source.name} holds no tweets: looked for data/tweets.js, data/tweet.js and data/js/tweets/YYYY_MM.js ` +
        `among ${source.count} files.`,
    );
  }
  return layout;
}

/** Those that do not lie within another folder that has tweets of its own. */
function ownFiles(files: readonly SourceFile[]): SourceFile[] {
  const roots = new Set(files.filter(({ path }) => wanted.tweets.test(path)).map(({ path }) => rootOf(path)));
  const isWithin = (path: string) => {
    const root = rootOf(path);
    return [...foldersAbove(root)].some((folder) => roots.has(folder));
  };
  return files.filter(({ path }) => !isWithin(path));
}

/** The folder of the archive that a file belongs to, with a slash at its end. */
const rootOf = (path: string): string => path.replace(/(?<=^|\/)(?:data\/)?(?:js\/(?:tweets\/)?)?[^/]+$/, '');

/** `a/` and `` of `a/b/`. */
function* foldersAbove(root: string): Generator<string> {
  for (let end = root.length - 1; end > 0; ) {
    end = root.lastIndexOf('/', end - 1);
    yield root.slice(0, end + 1);
  }
}

const namesOwner: readonly (keyof Layout)[] = ['accounts', 'manifests', 'userDetails'];

/**
 * The folder of tweets that no file says the owner of although another folder's does; null when there is none. Its
 * tweets may be anybody's.
 */
export function findUnnamed(layout: Layout): string | null {
  const named = new Set(namesOwner.flatMap((role) => layout[role].map(({ path }) => rootOf(path))));
  const isNamed = (root: string) =>
    named.has(root) || [...foldersAbove(root)].some((above) => named.has(above));
  const roots = [...new Set(layout.tweets.map(({ path }) => rootOf(path)))];
  return named.size === 0 ? null : (roots.find((root) => !isNamed(root)) ?? null);
}

const emptyLayout: Layout = {
  tweets: [],
  notes: [],
  accounts: [],
  profiles: [],
  manifests: [],
  userDetails: [],
  payloadDetails: [],
};

/** Whether a file is any of those that are looked for. */
export function isWanted(path: string): boolean {
  return isOfArchive(path) && patterns.some((pattern) => pattern.test(path));
}

/** Not macOS's shadows (`__MACOSX/data/._tweets.js`) and nothing that leads out of the archive. */
function isOfArchive(path: string): boolean {
  return !/(?:^|\/)(?:__MACOSX\/|\._|\.\.\/)/.test(path);
}

/** By path, numbers by value: part 2 comes before part 10. */
function byPath(a: SourceFile, b: SourceFile): number {
  return collator.compare(a.path, b.path);
}

const collator = new Intl.Collator('en', { numeric: true });
