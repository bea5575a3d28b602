import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { App } from '../../../src/app.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../../src/http/server.ts';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import { patienceMs } from '../../support/patience.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openAccess } from '../../support/app.ts';

const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });

export type Served = { readonly url: string; readonly port: number; readonly uploadFolder: string };

/** A server on a free port of loopback, closed after the test that opens it, or after the file. */
export async function serve(
  app: App,
  options: Partial<HttpServerOptions> & { readonly address?: string } = {},
): Promise<Served & { readonly server: HttpServer }> {
  const uploadFolder = await mkdtemp(join(tmpdir(), 'larkstat-uploads-'));
  const server = createHttpServer({
    access: openAccess,
    app,
    uploads: openFolder(uploadFolder),
    health: { checks: {} },
    log,
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, options.address ?? '127.0.0.1', resolve));
  afterwards(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(uploadFolder, { recursive: true, force: true });
  });
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  return { url: `http://127.0.0.1:${port}`, port, uploadFolder, server };
}

export type Raw = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/** A request with any header, also with those that `fetch` forbids. */
export function send(
  { port }: Served,
  options: RequestOptions,
  body: string | Buffer | AsyncIterable<Buffer> = '',
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    // A new connection: the server may close a reused one just when the next request is sent.
    const target = { host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent: false } as const;
    const req = request({ ...target, ...options }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (part) => {
        text += part;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
      res.on('error', reject);
    });
    req.on('error', reject);
    void writeAll(body, req);
  });
}

async function writeAll(body: string | Buffer | AsyncIterable<Buffer>, req: ReturnType<typeof request>) {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return void req.end(body);
  const closed = new Promise((resolve) => req.once('close', resolve));
  for await (const chunk of body) {
    if (req.destroyed) return;
    if (!req.write(chunk)) await Promise.race([new Promise((resolve) => req.once('drain', resolve)), closed]);
  }
  req.end();
}

/** POSTs JSON as a program does. */
export function ask(server: Served, body: unknown, headers: Record<string, string> = {}): Promise<Raw> {
  return send(
    server,
    { headers: { 'content-type': 'application/json', ...headers } },
    typeof body === 'string' ? body : JSON.stringify(body),
  );
}

/** The first error of an answer, as clients read it. */
export function errorOf(raw: Raw): { message: string; code: string } {
  const { errors } = JSON.parse(raw.body) as { errors: { message: string; extensions: { code: string } }[] };
  const [error] = errors;
  if (error === undefined) throw new Error(`no error in ${raw.body}`);
  return { message: error.message, code: error.extensions.code };
}

export type Part = { readonly name: string; readonly value: string | Buffer; readonly filename?: string };

/** A multipart body of parts in the given order. */
export function form(parts: readonly Part[], boundary = 'xxBOUNDARYxx'): Buffer {
  const chunks = parts.flatMap(({ name, value, filename }) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n`,
    ),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]);
}

export const formHeaders = { 'content-type': 'multipart/form-data; boundary=xxBOUNDARYxx' };

/** Writes raw bytes to the port and returns everything that comes back until the server closes. */
export function talk({ port }: Served, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

/** The files in a folder, when there are as many as expected; as they are when that never happens. */
export async function filesIn(folder: string, expected: number): Promise<string[]> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const files = await readdir(folder);
    if (files.length === expected || Date.now() > end) return files;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
