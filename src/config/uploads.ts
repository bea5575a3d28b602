import { resolve } from 'node:path';
import { z } from 'zod';
import type { UploadSettings } from '../jobs/uploads/open-uploads.ts';
import { expectedUploadsUrl, parseUploadsUrl } from '../jobs/uploads/url.ts';
import { baseUrl, readBy, type Values } from './variables.ts';

/** Where uploaded files are stored until their job ends: a folder, or a bucket of object storage. */
export const uploadsVariables = {
  UPLOADS_URL: readBy(parseUploadsUrl, expectedUploadsUrl).optional(),
  AWS_ENDPOINT_URL: baseUrl('https://s3.example.org').optional(),
  AWS_REGION: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
};

/** Uploads are received on this disk first, also with a bucket. */
export function uploadsConfig(values: Values<typeof uploadsVariables>, dataFolder: string): UploadSettings {
  const own = resolve(dataFolder, 'uploads');
  const url = values.UPLOADS_URL ?? { kind: 'folder', folder: own };
  if (url.kind === 'folder') return { folder: url.folder, bucket: null };
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN,
  } = values;
  const token = AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN };
  const endpoint = url.endpoint ?? values.AWS_ENDPOINT_URL ?? null;
  return {
    folder: own,
    bucket: {
      bucket: url.bucket,
      prefix: url.prefix,
      endpoint,
      // Other services have one region, and accept any name.
      region: values.AWS_REGION ?? (endpoint === null ? null : 'us-east-1'),
      credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, ...token } : null,
    },
  };
}
