import { DomainError } from './errors.ts';

/**
 * A disk is full. The code is INTERNAL, since neither the input nor a configured limit is the cause. The message is for
 * whoever can free space; afterwards the request can be repeated.
 */
export class DiskFullError extends DomainError {
  override readonly name: string = 'DiskFullError';
  /** `lack` says which disk lacks what. */
  constructor(lack: string, options?: ErrorOptions) {
    super('INTERNAL', `${lack}: make room there, then try again`, options);
  }
}

/** Converts the error of a write into a DiskFullError; null when lack of space was not the cause. */
export function diskFull(error: unknown, folder: string): DiskFullError | null {
  const code = codeOf(error);
  if (code === 'ENOSPC')
    return new DiskFullError(`No space is left on the disk of ${folder}`, { cause: error });
  if (code !== 'EDQUOT') return null;
  return new DiskFullError(`The disk quota of ${folder} is used up`, { cause: error });
}

/** Finds Postgres' disk_full error within Drizzle's wrappers; null for any other error. */
export function databaseFull(error: unknown): DiskFullError | null {
  if (!(error instanceof Error)) return null;
  if (codeOf(error) !== '53100') return databaseFull(error.cause);
  return new DiskFullError(`The disk of the database is full (${error.message})`, { cause: error });
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
