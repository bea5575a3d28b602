import { fileURLToPath } from 'node:url';
import { withoutTrailingSlashes } from '../../shared/text.ts';

/** The expected values of UPLOADS_URL, for messages. */
export const expectedUploadsUrl =
  'file:///a/folder/that/all/machines/mount, or s3://bucket/prefix, which may end in ?endpoint=https://s3.example.org';

/** The place of uploads in UPLOADS_URL. */
export type UploadsUrl =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 'bucket';
      readonly bucket: string;
      /** Empty, or it ends in a slash. */
      readonly prefix: string;
      /** The URL of the service; null: the one of AWS_ENDPOINT_URL, else Amazon's. */
      readonly endpoint: string | null;
    };

/** Parses UPLOADS_URL; null when it is invalid. */
export function parseUploadsUrl(text: string): UploadsUrl | null {
  if (!URL.canParse(text)) return null;
  if (/^file:\/\/\/./.test(text)) return { kind: 'folder', folder: fileURLToPath(text) };
  const [, bucket, path = '', query = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?(?:\?(.*))?$/.exec(text) ?? [];
  if (bucket === undefined) return null;
  const parameters = [...new URLSearchParams(query)];
  const endpoint = parameters[0]?.[1] ?? null;
  const known = parameters.every(([name]) => name === 'endpoint') && parameters.length <= 1;
  if (!known || (endpoint !== null && !isEndpoint(endpoint))) return null;
  const prefix = path === '' ? '' : `${path.slice(1)}/`;
  return {
    kind: 'bucket',
    bucket,
    prefix,
    endpoint: endpoint === null ? null : withoutTrailingSlashes(endpoint),
  };
}

/** Whether a text is an HTTP URL without a user: keys have their own variables. */
function isEndpoint(text: string): boolean {
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username === '' && password === '' && search === '' && hash === '';
}
