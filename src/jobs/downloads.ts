import type { Sql } from 'postgres';
import { isSignedBy, type Link, loadSecret, signatureOf } from '../access/signed-link.ts';
import { isUuid } from '../shared/uuid.ts';
import { findExportedFile } from './exports.ts';
import type { ExportedFile } from './payloads.ts';
import type { StoredFile, UploadStore } from './uploads/store.ts';

/** What a link turns out to be. */
export type Download =
  | { readonly is: 'INVALID' }
  | { readonly is: 'EXPIRED'; readonly at: Date }
  /** Its stream was deleted, or the file was removed. */
  | { readonly is: 'GONE' }
  | { readonly is: 'FILE'; readonly name: string; readonly file: StoredFile };

export type Downloads = {
  /** The address of a job's file, from the server's root on; whoever has it needs no key. */
  addressOf(jobId: string, file: ExportedFile): Promise<string>;
  /** Opens what an address leads to. */
  open(address: string, signal: AbortSignal): Promise<Download>;
};

/** Every path of a download begins so. */
export const downloadRoot = '/exports/';

/** Makes links to exported files, and follows them. Any server of a store follows those of the others. */
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
      // Tried again, a job has another file, with a link of its own.
      if (found === null || found.expiresAt !== expiresAt) return { is: 'GONE' };
      const file = await uploads.read(found.location, signal);
      return file === null ? { is: 'GONE' } : { is: 'FILE', name, file };
    },
  };
}

/** Longer addresses are not looked at. */
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
    return null; // no UTF-8
  }
}
