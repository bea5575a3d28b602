import type { S3 } from '@aws-sdk/client-s3';
import type { Upload } from '@aws-sdk/lib-storage';

/** How object storage is reached. */
export type ClientSettings = {
  /** A service other than Amazon's; null: Amazon's. */
  readonly endpoint: string | null;
  /** Null: as the AWS SDK finds it in its files. */
  readonly region: string | null;
  /** Null: as the AWS SDK finds them, in its files or by the machine's role. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  } | null;
};

/** A client of object storage, and what sends files in parts. */
export type ObjectStorage = { readonly s3: S3; readonly Upload: typeof Upload };

const connectMs = 5_000;
/** So long a connection may stand still, also in the middle of a body. */
const idleMs = 30_000;

/** Loads the SDK, which nobody else does: most installations need none of it. */
export async function openClient({ endpoint, region, credentials }: ClientSettings): Promise<ObjectStorage> {
  const [sdk, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const s3 = new sdk.S3({
    ...(region === null ? {} : { region }),
    ...(credentials === null ? {} : { credentials }),
    ...(endpoint === null ? {} : ofOthers(endpoint)),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: connectMs, socketTimeout: idleMs },
  });
  return { s3, Upload };
}

/** Other services have no host name for each bucket, and not all know the checksums that Amazon's takes. */
const ofOthers = (endpoint: string) =>
  ({
    endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }) as const;
