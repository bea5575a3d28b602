import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { UploadedFile } from '../graphql/context.ts';
import { isTaken } from '../graphql/uploads.ts';
import type { UploadStore } from '../jobs/uploads/store.ts';
import { clientGone } from './body.ts';

/**
 * Moves received files to the store of uploads, and puts their new locations into the map. It runs before the
 * operation, because a large file may take longer than an operation may. When it fails, no file is left.
 */
export async function keepUploads(
  res: ServerResponse,
  uploads: Map<string, UploadedFile>,
  store: UploadStore,
): Promise<void> {
  const left = new AbortController();
  const onClose = () => left.abort(clientGone());
  res.once('close', onClose);
  if (res.closed) onClose();
  try {
    for (const [token, file] of uploads) {
      uploads.set(token, { ...file, path: await store.keep(file.path, left.signal) });
    }
  } finally {
    res.off('close', onClose);
  }
}

/** Deletes the files that no resolver took, after the response or when the client leaves. */
export function discardLater(
  res: ServerResponse,
  uploads: Map<string, UploadedFile>,
  { store, log }: { readonly store: UploadStore; readonly log: Logger },
): void {
  const discard = () => {
    for (const file of uploads.values()) {
      if (isTaken(file)) continue;
      store.remove(file.path).catch((error) => log.error({ err: error, path: file.path }, 'an upload stays'));
    }
    uploads.clear(); // a resolver still running finds nothing to take
  };
  if (res.closed) discard();
  else res.once('close', discard);
}
