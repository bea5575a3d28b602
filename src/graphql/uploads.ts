import { BadInputError } from '../shared/errors.ts';
import type { Context, UploadedFile } from './context.ts';

const taken = new WeakSet<UploadedFile>();

/**
 * Returns the file that a `File` variable stands for. The caller owns it from then on and deletes it; a file that
 * nobody took is deleted after the response. BAD_INPUT when no such file came with the request, and when it was taken
 * already: two owners would both delete it.
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

/** Whether a resolver has taken the file. */
export function isTaken(file: UploadedFile): boolean {
  return taken.has(file);
}
