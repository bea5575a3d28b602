import { z } from 'zod';
import { BadInputError } from '../shared/errors.ts';

/** The zip entry that describes the others. */
export const manifestName = 'manifest.json';
/** Returns the name of the zip entry with a table's rows in COPY text format. */
export const entryOf = (table: string): string => `${table}.copy`;

/** Far above any real manifest: a few tables with a few dozen columns. */
export const manifestBytesMax = 256 * 1024;

const count = z.int().min(0);
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifest = z.strictObject({
  /** The format version; raised when older programs cannot read the file. */
  larkstatBackup: z.literal(1),
  /** The version of the program that wrote the backup. */
  version: z.string().max(100),
  /** The instant of the snapshot, ISO 8601. */
  takenAt: z.iso.datetime(),
  /** The newest migration of the store, as in drizzle/. */
  migration: z.strictObject({ at: count, hash: sha256 }),
  tables: z
    .array(
      z.strictObject({
        name,
        columns: z.array(name).min(1).max(200),
        rows: count,
        /** Size of the decompressed entry. */
        bytes: count,
        sha256,
      }),
    )
    .max(100),
  /** The last number of each identity column; null when it is unused. */
  sequences: z.array(z.strictObject({ table: name, column: name, last: count.nullable() })).max(100),
});

/** The description of a backup: it is read first, and everything else is checked against it. */
export type Manifest = z.infer<typeof manifest>;
export type TableEntry = Manifest['tables'][number];

/** Parses a manifest; throws BAD_INPUT when it is not one. */
export function parseManifest(text: string, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(`${file} is not a backup of larkstat: its manifest is not JSON`, { cause });
  }
  const parsed = manifest.safeParse(value);
  if (parsed.success) return parsed.data;
  const { larkstatBackup: format } = (value ?? {}) as { readonly larkstatBackup?: unknown };
  if (typeof format === 'number' && format > 1) {
    throw new BadInputError(`${file} is a backup by a newer larkstat: update this one first`);
  }
  const [issue] = parsed.error.issues;
  throw new BadInputError(
    `${file} is not a backup of larkstat: its manifest is wrong at ${issue?.path.join('.') || 'its root'}`,
  );
}
