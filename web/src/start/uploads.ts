import { useSyncExternalStore } from 'react';
import { checkFile, headBytes } from './archive-file.ts';
import { textStart } from './chat-log.ts';
import { type Sending, sendArchive } from './send-archive.ts';
import { holdsPosts, zipNames } from './zip-names.ts';

/** A file that is being sent, or that cannot be sent. */
export type Upload = {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly state:
    | { readonly kind: 'checking' }
    /** A `tweets.js` alone or a chat log without an owner. `channels`: those that a log names, when it has several. */
    | { readonly kind: 'nameless'; readonly of: 'account' | 'channel'; readonly channels: readonly string[] }
    | {
        readonly kind: 'sending';
        readonly sent: number;
        readonly bytesPerSecond: number | null;
      }
    /** Everything is sent, and the server has not answered yet. */
    | { readonly kind: 'sent' }
    /** `isFinal`: sending it again cannot help. */
    | { readonly kind: 'refused'; readonly title: string; readonly why: string; readonly isFinal: boolean };
};

let uploads: readonly Upload[] = [];
const files = new Map<number, { readonly file: File; handle: string | null; sending: Sending | null }>();
const listeners = new Set<() => void>();
let lastId = 0;

function set(next: readonly Upload[]): void {
  uploads = next;
  for (const listener of listeners) listener();
}

function change(id: number, state: Upload['state']): void {
  set(uploads.map((upload) => (upload.id === id ? { ...upload, state } : upload)));
}

/**
 * Checks a file, and sends it when it can be an archive or a chat log. Uploads belong to the tab, not to a page: they
 * continue on other pages. `onQueued` is called when the server has created a job.
 */
export async function addUpload(file: File, mostBytes: number | null, onQueued: () => void): Promise<void> {
  lastId += 1;
  const id = lastId;
  files.set(id, { file, handle: null, sending: null });
  set([{ id, name: file.name, size: file.size, state: { kind: 'checking' } }, ...uploads]);
  const refused = (why: string) =>
    change(id, { kind: 'refused', title: `${file.name} is not sent`, why, isFinal: true });
  try {
    const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer());
    const start = await textStart(file);
    const checked = checkFile({ name: file.name, size: file.size, head, start, mostBytes });
    if (checked.kind === 'refused') return refused(checked.why);
    if (checked.kind === 'script') return change(id, { kind: 'nameless', of: 'account', channels: [] });
    if (checked.kind === 'log') {
      const { channels } = checked;
      return channels.length === 1
        ? send(id, onQueued)
        : change(id, { kind: 'nameless', of: 'channel', channels });
    }
    const names = await zipNames(file);
    if (names !== null && !holdsPosts(names)) {
      return refused(
        `This zip has ${names.length.toLocaleString()} files, but no data/tweets.js: it is not an X archive, or a part of one without the posts.`,
      );
    }
  } catch {
    return refused(
      'The browser cannot read this file. A folder has to be dropped as the zip that it came from.',
    );
  }
  send(id, onQueued);
}

/** Sends a file after a person named its owner. */
export function nameUpload(id: number, handle: string, onQueued: () => void): void {
  const entry = files.get(id);
  if (entry === undefined) return;
  entry.handle = handle;
  send(id, onQueued);
}

/** Sends a file again after a failure. */
export function sendAgain(id: number, onQueued: () => void): void {
  send(id, onQueued);
}

/** Stops an upload and removes it from the list. */
export function dropUpload(id: number): void {
  files.get(id)?.sending?.stop();
  files.delete(id);
  set(uploads.filter((upload) => upload.id !== id));
}

function send(id: number, onQueued: () => void): void {
  const entry = files.get(id);
  if (entry === undefined) return;
  change(id, { kind: 'sending', sent: 0, bytesPerSecond: null });
  entry.sending = sendArchive(entry.file, entry.handle, {
    onProgress: (sent, bytesPerSecond) => change(id, { kind: 'sending', sent, bytesPerSecond }),
    onSent: () => change(id, { kind: 'sent' }),
    onQueued: () => {
      dropUpload(id);
      onQueued();
    },
    onRefused: ({ title, hint, code }) =>
      change(id, {
        kind: 'refused',
        title,
        why: hint,
        isFinal: code === 'BAD_INPUT' || code === 'FORBIDDEN',
      }),
  });
}

/** The files of this tab that have not reached the server. */
export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => uploads,
  );
}

// Closing the tab would interrupt uploads.
globalThis.addEventListener?.('beforeunload', (event) => {
  if (uploads.some(({ state }) => state.kind === 'sending' || state.kind === 'sent')) event.preventDefault();
});
