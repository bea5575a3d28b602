import { DomainError } from './errors.ts';

/**
 * A disk is full. It is nobody's input and no limit that was set, so INTERNAL; its message is for whoever can make
 * room, and what was asked for can be tried again afterwards.
 */
export class DiskFullError extends DomainError {
  override readonly name: string = 'DiskFullError';
  /** `lack` says which disk, and what it lacks. */
  constructor(lack: string, options?: ErrorOptions) {
    super('INTERNAL', `${lack}: make room there, then try again`, options);
  }
}

/** What it means that a file in the folder could not be written; null when it was not for want of space. */
export function diskFull(error: unknown, folder: string): DiskFullError | null {
  const code = codeOf(error);
  if (code === 'ENOSPC')
    return new DiskFullError(`No space is left on the disk of ${folder}`, { cause: error });
  if (code !== 'EDQUOT') return null;
  return new DiskFullError(`The disk quota of ${folder} is used up`, { cause: error });
}

/** Postgres' disk_full, below what Drizzle puts around it; null for any other error. */
export function databaseFull(error: unknown): DiskFullError | null {
  if (!(error instanceof Error)) return null;
  if (codeOf(error) !== '53100') return databaseFull(error.cause);
  return new DiskFullError(`The disk of the database is full (${error.message})`, { cause: error });
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
