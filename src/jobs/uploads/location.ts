/** An object in a bucket. */
export type ObjectLocation = { readonly Bucket: string; readonly Key: string };

/** Whether a location names an object in a bucket, not a path. */
export const isObject = (location: string): boolean => location.startsWith('s3://');

/** The bucket and the key of `s3://bucket/key`; null for a path. */
export function parseObject(location: string): ObjectLocation | null {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location) ?? [];
  return Bucket === undefined || Key === undefined ? null : { Bucket, Key };
}

/** Writes `s3://bucket/key`, as stored with jobs. */
export const formatObject = ({ Bucket, Key }: ObjectLocation): string => `s3://${Bucket}/${Key}`;
