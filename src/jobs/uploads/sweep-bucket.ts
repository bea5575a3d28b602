import { isUuid } from '../../shared/uuid.ts';
import type { ObjectStorage } from './s3-client.ts';

type Place = { readonly bucket: string; readonly prefix: string };

/**
 * Removes objects older than the instant whose name is not needed, and the parts of incomplete uploads. Only names of
 * uploads are touched: the bucket may have other objects.
 */
export async function sweepBucket(
  { s3 }: ObjectStorage,
  { bucket: Bucket, prefix: Prefix }: Place,
  listNeeded: () => Promise<ReadonlySet<string>>,
  before: number,
): Promise<void> {
  const isOld = (instant: Date | undefined) => instant !== undefined && instant.getTime() < before;
  const nameOf = (Key: string) => Key.slice(Prefix.length);
  let needed: ReadonlySet<string> | null = null;
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.listObjectsV2({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) });
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      if (!isUuid(nameOf(Key)) || !isOld(LastModified)) continue;
      needed ??= await listNeeded();
      if (!needed.has(nameOf(Key))) await s3.deleteObject({ Bucket, Key });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);

  // A killed process leaves parts. More than one page of them waits for the next sweep.
  const { Uploads = [] } = await s3.listMultipartUploads({ Bucket, Prefix });
  for (const { Key = '', UploadId, Initiated } of Uploads) {
    if (isUuid(nameOf(Key)) && isOld(Initiated)) await s3.abortMultipartUpload({ Bucket, Key, UploadId });
  }
}
