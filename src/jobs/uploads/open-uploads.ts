import type { Logger } from 'pino';
import { type BucketSettings, openBucket } from './bucket.ts';
import { openFolder } from './folder.ts';
import type { UploadStore } from './store.ts';

/** Where uploads are stored: in the folder that receives them, or then in a bucket. */
export type UploadSettings = {
  readonly folder: string;
  readonly bucket: BucketSettings | null;
};

/** Opens the store of uploads. Object storage is first used for a file. */
export function openUploads({ folder, bucket }: UploadSettings, log: Logger): UploadStore {
  const disk = openFolder(folder);
  return bucket === null ? disk : openBucket(bucket, disk, log);
}
