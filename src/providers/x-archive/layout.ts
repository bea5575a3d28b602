import { BadInputError } from '../../shared/errors.ts';
import type { Source, SourceFile } from './source.ts';

/** The files of an archive by their roles. Other files are private or useless, and never read. */
export type Layout = {
  readonly tweets: readonly SourceFile[];
  readonly notes: readonly SourceFile[];
  readonly accounts: readonly SourceFile[];
  readonly profiles: readonly SourceFile[];
  readonly manifests: readonly SourceFile[];
  /** In the format of 2012 to 2018. */
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

/** Whether a tweet file has tweets that were posted in communities. */
export const isOfCommunities = (path: string): boolean => /(?:^|\/)community-tweet[^/]*$/.test(path);

/**
 * Finds the files by the end of their path, since zips may wrap the archive in a folder, and archives before 2019 have
 * no `data/`. A nested folder with tweets is ignored: it may be another archive. Throws BadInputError when there is no
 * tweet file.
 */
export function findLayout(source: Source): Layout {
  if (source.kind === 'file') return { ...emptyLayout, tweets: source.files };
  // The order decides which of two equal records wins, so it must not depend on the zip.
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

/** Leaves out files in nested folders that have tweets of their own. */
function ownFiles(files: readonly SourceFile[]): SourceFile[] {
  const roots = new Set(files.filter(({ path }) => wanted.tweets.test(path)).map(({ path }) => rootOf(path)));
  const isWithin = (path: string) => {
    const root = rootOf(path);
    return [...foldersAbove(root)].some((folder) => roots.has(folder));
  };
  return files.filter(({ path }) => !isWithin(path));
}

/** Returns the folder of the archive that a file belongs to, ending with a slash. */
const rootOf = (path: string): string => path.replace(/(?<=^|\/)(?:data\/)?(?:js\/(?:tweets\/)?)?[^/]+$/, '');

/** Yields the parents: `a/` and the empty path for `a/b/`. */
function* foldersAbove(root: string): Generator<string> {
  for (let end = root.length - 1; end > 0; ) {
    end = root.lastIndexOf('/', end - 1);
    yield root.slice(0, end + 1);
  }
}

const namesOwner: readonly (keyof Layout)[] = ['accounts', 'manifests', 'userDetails'];

/**
 * Returns a folder whose tweets have no named owner although another folder's have; null when there is none. Such
 * tweets may belong to anybody.
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

/** Whether a file has one of the roles. */
export function isWanted(path: string): boolean {
  return isOfArchive(path) && patterns.some((pattern) => pattern.test(path));
}

/** Excludes macOS metadata (`__MACOSX/data/._tweets.js`) and paths that lead out of the archive. */
function isOfArchive(path: string): boolean {
  return !/(?:^|\/)(?:__MACOSX\/|\._|\.\.\/)/.test(path);
}

/** Compares paths with numbers by value: part 2 comes before part 10. */
function byPath(a: SourceFile, b: SourceFile): number {
  return collator.compare(a.path, b.path);
}

const collator = new Intl.Collator('en', { numeric: true });
