import { BadInputError } from '../shared/errors.ts';
import type { Context, UploadedFile } from './context.ts';

const taken = new WeakSet<UploadedFile>();

/**
 * The file that a `File` variable stands for. Who takes it owns it from then on and deletes it; a file that nobody
 * took is deleted after the response. BAD_INPUT where no file came with the request, and where it was taken already:
 * two owners would delete it under each other.
 */
export function takeUpload(context: Pick<Context, 'uploads'>, token: string): UploadedFile {
  const file = context.uploads.get(token);
  if (file === undefined) {
    throw new BadInputError(
      'Not a file of this request: send it as multipart/form-data (GraphQL multipart request specification)',
    );
  }
  if (taken.has(file)) throw new BadInputError('This file was taken already: send one file for each use');
  taken.add(file);
  return file;
}

/** Whether a resolver has made the file its own. */
export function isTaken(file: UploadedFile): boolean {
  return taken.has(file);
}
