import type { S3 } from '@aws-sdk/client-s3';
import type { Upload } from '@aws-sdk/lib-storage';

/** How to connect to object storage. */
export type ClientSettings = {
  /** The URL of the service; null is Amazon's. */
  readonly endpoint: string | null;
  /** Null: the AWS SDK reads it from its files. */
  readonly region: string | null;
  /** Null: the AWS SDK reads them from its files, or uses the machine's role. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  } | null;
};

/** A client of object storage, and the SDK's class for multipart uploads. */
export type ObjectStorage = { readonly s3: S3; readonly Upload: typeof Upload };

const connectMs = 5_000;
/** How long a connection may be idle, also within a body. */
const idleMs = 30_000;

/** Loads the SDK and creates a client. The import is dynamic, since most installations do not use it. */
export async function openClient({ endpoint, region, credentials }: ClientSettings): Promise<ObjectStorage> {
  const [sdk, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const s3 = new sdk.S3({
    ...(region === null ? {} : { region }),
    ...(credentials === null ? {} : { credentials }),
    ...(endpoint === null ? {} : otherService(endpoint)),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: connectMs, socketTimeout: idleMs },
  });
  return { s3, Upload };
}

/** Other services have no host name per bucket, and some do not support Amazon's checksums. */
const otherService = (endpoint: string) =>
  ({
    endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }) as const;
