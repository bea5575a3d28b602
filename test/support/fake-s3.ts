import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterwards } from './afterwards.ts';

/** How a test interferes with a request before it is answered: fails it, cuts its body, or delays it. */
type Interfere = (request: {
  readonly operation: string;
  readonly key: string;
  /** Earlier parts or answers of the request. */
  readonly earlier: number;
}) => Trouble | undefined | Promise<Trouble | undefined>;
type Trouble =
  | { readonly status: number; readonly code: string }
  | { readonly cutAfter: number }
  | { readonly stallAfter: number };

type StoredObject = { readonly body: Buffer; readonly at: Date; readonly claimedBytes?: number };
type Parts = { readonly key: string; readonly at: Date; readonly parts: Map<number, Buffer> };

/** A test's own S3 service: one bucket, addressed by path. */
export type FakeS3 = {
  readonly url: string;
  readonly objects: Map<string, StoredObject>;
  /** Multipart uploads that are neither completed nor aborted. */
  readonly unfinished: Map<string, Parts>;
  /** The received operations by S3's names, in order; a range follows its GetObject. */
  readonly operations: string[];
  interfere: Interfere;
};

export const fakeBucket = 'larkstat-test';
export const fakeCredentials = { accessKeyId: 'AKIDFAKE', secretAccessKey: 'fake-secret-of-the-test' };

const signed =
  /^AWS4-HMAC-SHA256 Credential=AKIDFAKE\/\d{8}\/us-east-1\/s3\/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{64}$/;
const leastPart = 5 * 1024 ** 2;
/** Small, so that a list has several pages. */
const pageSize = 2;

/** Starts an S3 service on a free port; closed after the test or the file. */
export async function startFakeS3(): Promise<FakeS3> {
  const fake: FakeS3 = {
    url: '',
    objects: new Map(),
    unfinished: new Map(),
    operations: [],
    interfere: () => undefined,
  };
  const server = createServer((req, res) => {
    answer(fake, req, res).catch((error) => {
      if (res.headersSent) res.destroy();
      else sendError(res, error instanceof S3Error ? error : new S3Error(500, String(error)));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterwards(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  return Object.assign(fake, { url: `http://127.0.0.1:${port}` });
}

class S3Error extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

async function answer(fake: FakeS3, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '', 'http://fake');
  const [, bucket, key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  const body = await buffer(req);
  const operation = operationOf(req.method ?? '', key, url.searchParams);
  const earlier = fake.operations.filter((one) => one.startsWith(operation)).length;
  const { range } = req.headers;
  fake.operations.push(range === undefined ? operation : `${operation} ${range}`);
  if (!signed.test(req.headers.authorization ?? '')) throw new S3Error(403, 'AccessDenied');
  if (bucket !== fakeBucket) throw new S3Error(404, 'NoSuchBucket');
  const trouble = await fake.interfere({ operation, key, earlier });
  if (trouble !== undefined && 'status' in trouble) throw new S3Error(trouble.status, trouble.code);
  const asked = { key, body, query: url.searchParams, range };
  if (operation === 'GetObject') return sendObject(fake, asked, res, trouble);
  const { status = 200, headers = {}, xml = '' } = operate(fake, operation, asked);
  res.writeHead(status, headers).end(xml);
}

function operationOf(method: string, key: string, query: URLSearchParams): string {
  if (key === '') return query.has('uploads') ? 'ListMultipartUploads' : 'ListObjectsV2';
  const inParts = query.has('uploadId');
  switch (method) {
    case 'PUT':
      return inParts ? 'UploadPart' : 'PutObject';
    case 'POST':
      return inParts ? 'CompleteMultipartUpload' : 'CreateMultipartUpload';
    case 'DELETE':
      return inParts ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      return 'GetObject';
  }
}

type Asked = {
  readonly key: string;
  readonly body: Buffer;
  readonly query: URLSearchParams;
  readonly range: string | undefined;
};
type Reply = { readonly status?: number; readonly headers?: Record<string, string>; readonly xml?: string };

function operate(fake: FakeS3, operation: string, asked: Asked): Reply {
  const { key, body, query } = asked;
  const uploadId = query.get('uploadId') ?? '';
  switch (operation) {
    case 'PutObject':
      fake.objects.set(key, { body, at: new Date() });
      return { headers: { etag: etagOf(body) } };
    case 'CreateMultipartUpload': {
      const made = randomUUID();
      fake.unfinished.set(made, { key, at: new Date(), parts: new Map() });
      return { xml: tag('InitiateMultipartUploadResult', tag('UploadId', made)) };
    }
    case 'UploadPart':
      partsOf(fake, uploadId).set(Number(query.get('partNumber')), body);
      return { headers: { etag: etagOf(body) } };
    case 'CompleteMultipartUpload':
      complete(fake, uploadId, asked);
      return { xml: tag('CompleteMultipartUploadResult', tag('Key', key)) };
    case 'AbortMultipartUpload':
      partsOf(fake, uploadId);
      fake.unfinished.delete(uploadId);
      return { status: 204 };
    case 'DeleteObject':
      fake.objects.delete(key);
      return { status: 204 };
    case 'ListMultipartUploads': {
      const found = [...fake.unfinished].map(([id, { key, at }]) =>
        tag('Upload', tag('Key', key) + tag('UploadId', id) + tag('Initiated', at.toISOString())),
      );
      return { xml: tag('ListMultipartUploadsResult', found.join('')) };
    }
    default:
      return { xml: listObjects(fake, query) };
  }
}

function partsOf(fake: FakeS3, uploadId: string): Map<number, Buffer> {
  const upload = fake.unfinished.get(uploadId);
  if (upload === undefined) throw new S3Error(404, 'NoSuchUpload');
  return upload.parts;
}

function complete(fake: FakeS3, uploadId: string, { key, body }: Asked): void {
  const stored = partsOf(fake, uploadId);
  const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map((match) =>
    Number(match[1]),
  );
  const parts = named.map((number) => {
    const part = stored.get(number);
    if (part === undefined || !body.toString().includes(etagOf(part).replaceAll('"', '')))
      throw new S3Error(400, 'InvalidPart');
    return part;
  });
  if (named.some((number, at) => number !== at + 1)) throw new S3Error(400, 'InvalidPartOrder');
  if (parts.slice(0, -1).some((part) => part.length < leastPart)) throw new S3Error(400, 'EntityTooSmall');
  fake.objects.set(key, { body: Buffer.concat(parts), at: new Date() });
  fake.unfinished.delete(uploadId);
}

function listObjects(fake: FakeS3, query: URLSearchParams): string {
  const after = query.get('continuation-token') ?? '';
  const keys = [...fake.objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .sort();
  const page = keys.slice(0, pageSize);
  const contents = page.map((key) => {
    const at = fake.objects.get(key)?.at.toISOString() ?? '';
    return tag('Contents', tag('Key', key) + tag('LastModified', at));
  });
  const next = keys.length > pageSize ? tag('NextContinuationToken', page.at(-1) ?? '') : '';
  return tag('ListBucketResult', contents.join('') + next);
}

async function sendObject(
  fake: FakeS3,
  { key, range }: Asked,
  res: ServerResponse,
  trouble: Trouble | undefined,
): Promise<void> {
  const object = fake.objects.get(key);
  if (object === undefined) throw new S3Error(404, 'NoSuchKey');
  const { body } = object;
  const total = object.claimedBytes ?? body.length;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (range !== undefined && from >= total) throw new S3Error(416, 'InvalidRange');
  res.writeHead(range === undefined ? 200 : 206, {
    'content-length': total - from,
    ...(range === undefined ? {} : { 'content-range': `bytes ${from}-${total - 1}/${total}` }),
  });
  if (trouble === undefined) return void res.end(body.subarray(from));
  const sent = 'cutAfter' in trouble ? trouble.cutAfter : 'stallAfter' in trouble ? trouble.stallAfter : 0;
  await new Promise((done) => res.write(body.subarray(from, from + sent), done));
  if ('cutAfter' in trouble) res.destroy();
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;
const tag = (name: string, content: string): string => `<${name}>${content}</${name}>`;

function sendError(res: ServerResponse, { status, code }: S3Error): void {
  res.writeHead(status, { 'content-type': 'application/xml' });
  res.end(
    `<?xml version="1.0"?>${tag('Error', tag('Code', code) + tag('Message', `${code}, says the fake`))}`,
  );
}
