import type { Sql } from 'postgres';
import { isSignedBy, type Link, loadSecret, signatureOf } from '../access/signed-link.ts';
import { isUuid } from '../shared/uuid.ts';
import { findExportedFile } from './exports.ts';
import type { ExportedFile } from './payloads.ts';
import type { StoredFile, UploadStore } from './uploads/store.ts';

/** The result of opening a link. */
export type Download =
  | { readonly is: 'INVALID' }
  | { readonly is: 'EXPIRED'; readonly at: Date }
  /** The stream was deleted, or the file was removed. */
  | { readonly is: 'GONE' }
  | { readonly is: 'FILE'; readonly name: string; readonly file: StoredFile };

export type Downloads = {
  /** Returns the path of a job's file, from the server's root. The path is signed, so a download needs no key. */
  addressOf(jobId: string, file: ExportedFile): Promise<string>;
  /** Opens the file of an address. */
  open(address: string, signal: AbortSignal): Promise<Download>;
};

/** The beginning of each download's path. */
export const downloadRoot = '/exports/';

/** Creates and opens links to exported files. All servers of a store accept the same links. */
export function createDownloads(sql: Sql, uploads: UploadStore, now: () => number = Date.now): Downloads {
  let loaded: Promise<Buffer> | null = null;
  const secret = (): Promise<Buffer> => {
    loaded ??= loadSecret(sql, 'downloads').catch((error: unknown) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
  return {
    async addressOf(jobId, { name, expiresAt }) {
      const signature = signatureOf(await secret(), { jobId, name, expiresAt });
      return `${downloadRoot}${jobId}/${encodeURIComponent(name)}?expires=${expiresAt}&signature=${signature}`;
    },
    async open(address, signal) {
      const parsed = parseAddress(address);
      if (parsed === null || !isSignedBy(await secret(), parsed.link, parsed.signature)) {
        return { is: 'INVALID' };
      }
      const { jobId, name, expiresAt } = parsed.link;
      if (expiresAt <= now()) return { is: 'EXPIRED', at: new Date(expiresAt) };
      const found = await findExportedFile(sql, jobId);
      // A job that was retried has a new file with its own link.
      if (found === null || found.expiresAt !== expiresAt) return { is: 'GONE' };
      const file = await uploads.read(found.location, signal);
      return file === null ? { is: 'GONE' } : { is: 'FILE', name, file };
    },
  };
}

/** Longer addresses are invalid. */
const longestAddress = 1_000;

function parseAddress(address: string): { readonly link: Link; readonly signature: string } | null {
  if (address.length > longestAddress) return null;
  const [path = '', query = ''] = address.slice(downloadRoot.length).split('?', 2);
  const [jobId = '', encoded = '', ...more] = path.split('/');
  const asked = new URLSearchParams(query);
  const expires = asked.get('expires') ?? '';
  if (more.length > 0 || !isUuid(jobId) || !/^\d{1,15}$/.test(expires)) return null;
  try {
    const link = { jobId, name: decodeURIComponent(encoded), expiresAt: Number(expires) };
    return { link, signature: asked.get('signature') ?? '' };
  } catch {
    return null; // not UTF-8
  }
}
