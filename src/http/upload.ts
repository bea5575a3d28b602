import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { UploadedFile } from '../graphql/context.ts';
import { diskFull } from '../shared/disk-full.ts';
import { cleanText } from '../shared/text.ts';
import { clientGone, grantContinue, refuseDeclared, watchIdle, watchPace } from './body.ts';
import { HttpError } from './errors.ts';
import { parseJsonObject } from './json.ts';
import { badInput, fill, parseMap, type Slots } from './upload-form.ts';

type UploadOptions = {
  /** The folder for files; created when missing. */
  readonly uploadFolder: string;
  readonly bodyBytes: number;
  readonly uploadBytes: number;
  readonly idleMs: number;
  readonly uploadLeastBytes: number;
};

/** A multipart request whose file is on disk, with a token in its place. */
type ReceivedUpload = {
  readonly operations: object;
  readonly uploads: Map<string, UploadedFile>;
};

type Parser = InstanceType<typeof Busboy>;

/** The bytes allowed between the parts of a form. */
const envelopeBytes = 64 * 1024;

/**
 * Reads a multipart request and writes its file to disk; Yoga would keep the whole file in memory. When it fails, no
 * file is left, and the rest of the request stays unread.
 */
export async function receiveUpload(
  req: IncomingMessage,
  res: ServerResponse,
  options: UploadOptions,
): Promise<ReceivedUpload> {
  const totalBytes = options.uploadBytes + 2 * options.bodyBytes + envelopeBytes;
  refuseDeclared(req, totalBytes, (bytes) => fileTooLarge(bytes, options.uploadBytes));
  const parser = openParser(req, options);
  await mkdir(options.uploadFolder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw diskFull(error, options.uploadFolder) ?? error;
  });
  grantContinue(req, res);

  let stop = (_error: unknown): void => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = reject;
  });
  const form = readForm(parser, options, stop);
  const parsed = new Promise<void>((resolve) => parser.once('finish', resolve));
  parser.on('error', (error: Error) => stop(badInput(`Not a valid multipart body: ${error.message}`)));
  const onGone = () => {
    if (!req.complete) stop(clientGone()); // a request also closes after its normal end
  };
  let bytes = 0;
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    // The limit also covers bytes outside of parts, or after a wrong boundary.
    if (bytes > totalBytes) stop(fileTooLarge(null, options.uploadBytes));
  };
  const pace = { windowMs: options.idleMs, leastBytes: options.uploadLeastBytes };
  const endWatches = [watchIdle(req, options.idleMs, stop), watchPace(req, pace, stop)];
  req.on('data', onData).once('error', onGone).once('close', onGone);
  req.pipe(parser);
  try {
    await Promise.race([stopped, parsed]);
    return await Promise.race([stopped, form.finish()]);
  } catch (error) {
    req.unpipe(parser);
    await form.abandon();
    throw diskFull(error, options.uploadFolder) ?? error;
  } finally {
    for (const end of endWatches) end();
    req.off('data', onData).off('close', onGone);
  }
}

function openParser(req: IncomingMessage, { bodyBytes }: UploadOptions): Parser {
  try {
    return new Busboy({
      headers: req.headers as BusboyHeaders, // safe: the route is taken by the content type
      limits: { fields: 2, fieldSize: bodyBytes, files: 1 },
    });
  } catch (error) {
    throw badInput(`Not a valid multipart body: ${(error as Error).message}`);
  }
}

/** Reads the parts of a form in order; errors go to `stop`. */
function readForm(parser: Parser, options: UploadOptions, stop: (error: unknown) => void) {
  let operations: object | null = null;
  let slots: Slots | null | undefined;
  let source: Readable | null = null;
  let saving: Promise<UploadedFile> | null = null;

  const onField = (name: string, value: string, truncated: boolean): void => {
    if (truncated) throw fieldTooLarge(name, options.bodyBytes);
    if (name === 'operations' && operations === null) operations = parseJsonObject(value, 'operations');
    else if (name !== 'map') throw badInput(`Unexpected field "${name.slice(0, 60)}"`);
    else if (operations === null) throw badInput('operations has to come before map');
    else if (slots !== undefined) throw badInput('map was given twice');
    else slots = parseMap(value, operations);
  };
  const onFile = (field: string, file: Readable, name: string): void => {
    file.on('error', stop); // at once, since the parser's errors come here, too
    if (operations === null || slots === undefined) {
      throw badInput('operations and map have to come before the file');
    }
    if (slots?.field !== field) throw badInput(`The file "${field.slice(0, 60)}" is not in map`);
    source = file;
    saving = save(file, name, options);
    saving.catch(stop);
  };
  const guarded = (read: () => void) => {
    try {
      read();
    } catch (error) {
      stop(error);
    }
  };
  parser.on('field', (name, value, _nameTruncated, truncated) =>
    guarded(() => onField(String(name), value, truncated)),
  );
  parser.on('file', (field, file, name) => guarded(() => onFile(String(field), file, name ?? '')));
  parser.once('fieldsLimit', () => stop(badInput('Unexpected field: there are operations and map only')));
  parser.once('filesLimit', () => stop(badInput('A second file that is not in map')));

  return {
    /** Returns the whole request, after the last part. */
    finish: async (): Promise<ReceivedUpload> => {
      if (operations === null) throw badInput('The field operations is missing');
      if (slots === undefined) throw badInput('The field map is missing');
      const uploads = new Map<string, UploadedFile>();
      if (slots !== null) {
        if (saving === null) throw badInput(`The file "${slots.field.slice(0, 60)}" of map is missing`);
        const token = randomUUID();
        uploads.set(token, await saving);
        fill(slots, token);
      }
      return { operations, uploads };
    },
    /** Deletes what was written. */
    abandon: async (): Promise<void> => {
      source?.destroy(new Error('the upload failed'));
      const file = await saving?.catch(() => null);
      if (file) await rm(file.path, { force: true });
    },
  };
}

/** Writes a file under a random name that only this user can read; deletes it on failure. */
async function save(file: Readable, name: string, options: UploadOptions): Promise<UploadedFile> {
  const path = join(options.uploadFolder, randomUUID());
  const handle = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    // The loop does not destroy the file: that would be a second error, which the client might get instead.
    for await (const chunk of file.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > options.uploadBytes) throw fileTooLarge(null, options.uploadBytes);
      await handle.writeFile(chunk);
    }
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(path, { force: true });
    throw error;
  }
  return { path, name: shownName(name), bytes };
}

/** Returns the name of the file for messages, shortened. The parser has removed its folders. */
const shownName = (name: string): string => cleanText(name.slice(0, 200)) || 'the upload';

function fileTooLarge(asked: number | null, allowed: number): HttpError {
  const figure = asked === null ? `over ${allowed}` : asked;
  return new HttpError(
    413,
    'QUERY_TOO_COMPLEX',
    `Upload too large: ${figure} bytes asked, ${allowed} allowed`,
  );
}

function fieldTooLarge(name: string, allowed: number): HttpError {
  const message = `Field ${name.slice(0, 60)} too large: over ${allowed} bytes asked, ${allowed} allowed`;
  return new HttpError(413, 'QUERY_TOO_COMPLEX', message);
}
