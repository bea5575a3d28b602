import { z } from 'zod';
import { BadInputError } from '../shared/errors.ts';

/** The entry of the zip that says what the others are. */
export const manifestName = 'manifest.json';
/** The entry that holds a table's rows, as the text of a COPY. */
export const entryOf = (table: string): string => `${table}.copy`;

/** Far above any real one: a few tables of a few dozen columns. */
export const manifestBytesMax = 256 * 1024;

const count = z.int().min(0);
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifest = z.strictObject({
  /** Grows when an older program could not read the file. */
  larkstatBackup: z.literal(1),
  /** The version of the program that made it. */
  version: z.string().max(100),
  /** The instant of the snapshot, ISO 8601. */
  takenAt: z.iso.datetime(),
  /** The newest migration that the store had, as drizzle/ knows it. */
  migration: z.strictObject({ at: count, hash: sha256 }),
  tables: z
    .array(
      z.strictObject({
        name,
        columns: z.array(name).min(1).max(200),
        rows: count,
        /** Of the entry when it is unpacked. */
        bytes: count,
        sha256,
      }),
    )
    .max(100),
  /** The last number that each identity column gave out; null: none yet. */
  sequences: z.array(z.strictObject({ table: name, column: name, last: count.nullable() })).max(100),
});

/** What a backup says of itself: the first thing that is read of it, and checked against all the rest. */
export type Manifest = z.infer<typeof manifest>;
export type TableEntry = Manifest['tables'][number];

/** Reads a manifest; BAD_INPUT when the text is none. */
export function parseManifest(text: string, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadInputError(`${file} is not a backup of larkstat: its manifest is no JSON`, { cause });
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
