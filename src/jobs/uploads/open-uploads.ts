import type { Logger } from 'pino';
import { type BucketSettings, openBucket } from './bucket.ts';
import { openFolder } from './folder.ts';
import type { UploadStore } from './store.ts';

/** Where uploads are kept: in a folder, or in a bucket of object storage after they were received in the folder. */
export type UploadSettings = {
  readonly folder: string;
  readonly bucket: BucketSettings | null;
};

/** Opens the store of uploads; nothing is asked of object storage before a file is. */
export function openUploads({ folder, bucket }: UploadSettings, log: Logger): UploadStore {
  const disk = openFolder(folder);
  return bucket === null ? disk : openBucket(bucket, disk, log);
}
