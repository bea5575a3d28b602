import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseEncoding, type Encoding } from '../encoding.ts';
import type { Answer } from './answer.ts';
import type { AnswerCache, Given } from './cache.ts';

/** Clients send few different headers; each is read once. */
const encodings = new Map<string, Encoding>();
const maxEncodings = 200;

function encodingOf(header: string | undefined): Encoding {
  if (header === undefined) return 'identity';
  const known = encodings.get(header);
  if (known !== undefined) return known;
  const encoding = chooseEncoding(header);
  if (encodings.size >= maxEncodings) encodings.clear();
  encodings.set(header, encoding);
  return encoding;
}

type Sending = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly key: string;
  readonly cache: AnswerCache;
};

/** Sends an answer, in the encoding that the client asks for. */
export async function sendAnswer(given: Given, sending: Sending): Promise<void> {
  const { answer, how } = given;
  const { req, res, key, cache } = sending;
  const isGet = req.method === 'GET';
  if (isGet && isKnownTo(req, answer)) {
    res.writeHead(304, headOf(answer, 'identity', how, isGet).slice(lengthHeaders)).end();
    return;
  }
  const encoding = answer.encodingFor(encodingOf(req.headers['accept-encoding']));
  let bytes = answer.bytesIn(encoding);
  if (bytes === null && encoding !== 'identity') {
    bytes = await answer.pack(encoding);
    cache.resize(key, answer);
  }
  const head = headOf(answer, encoding, how, isGet);
  res.writeHead(answer.parts.status, head).end(bytes);
}

/** Of the length and the type, which a 304 does not have. */
const lengthHeaders = 4;

/** The headers of an answer; made once for each way in which it is sent. */
function headOf(answer: Answer, encoding: Encoding, how: Given['how'], isGet: boolean): string[] {
  const name = `${encoding} ${how} ${isGet}`;
  const known = answer.heads.get(name);
  if (known !== undefined) return known;
  const { type, headers, label } = answer.parts;
  const length = answer.bytesIn(encoding)?.length ?? 0;
  const head = ['content-type', type, 'content-length', String(length), ...headers];
  if (encoding !== 'identity') head.push('content-encoding', encoding);
  head.push('x-larkstat-cache', how);
  // A copy may be shown again only when it is asked for once more: it may be out of date at any moment.
  if (isGet && label !== null) head.push('cache-control', 'private, no-cache', 'etag', answer.etag);
  else head.push('cache-control', 'no-store');
  answer.heads.set(name, head);
  return head;
}

/** Whether the client has the answer already. */
function isKnownTo(req: IncomingMessage, answer: Answer): boolean {
  const known = req.headers['if-none-match'];
  if (known === undefined || answer.parts.label === null) return false;
  const { etag } = answer;
  return known === '*' || known.split(',').some((one) => weak(one.trim()) === etag);
}

const weak = (etag: string): string => (etag.startsWith('W/') ? etag : `W/${etag}`);
