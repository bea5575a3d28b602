import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bill } from '../../access/bill.ts';
import { must } from '../../shared/errors.ts';
import { chooseEncoding, type Encoding } from '../encoding.ts';
import { originOf } from '../request-origin.ts';
import { commonHeaders, standingHeaders } from '../standing-headers.ts';
import type { Answer } from './answer.ts';
import type { AnswerCache, Given } from './cache.ts';
import { KeptHead } from './kept-head.ts';

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

/** Who is answered. */
export type Client = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** What it costs the caller; null for one without a limit. */
  readonly bill: Bill | null;
};

type Sending = {
  readonly key: string;
  /** Undefined where no answers are kept. */
  readonly cache: AnswerCache | undefined;
  /** Origins of pages that may read it. */
  readonly origins: readonly string[];
  /** When the request was read, by `performance.now()`. */
  readonly startedAt: number;
};

/** Sends an answer, in the encoding that the client asks for: at once when that is made already. */
export function sendAnswer(given: Given, client: Client, sending: Sending): void {
  const { answer, how } = given;
  const { req, res } = client;
  const { cache, origins } = sending;
  const standing = standingHeaders(req, origins);
  const isGet = req.method === 'GET';
  if (isGet && isKnownTo(req, answer)) {
    const sent = { encoding: 'identity', how, isGet, standing } as const;
    const head = headOf(answer, sent).headersWith(ownValues(answer, sent, req));
    res.writeHead(304, head.slice(lengthHeaders)).end();
    return;
  }
  const encoding = answer.encodingFor(encodingOf(req.headers['accept-encoding']));
  const sent = { encoding, how, isGet, standing };
  if (encoding === 'identity' || answer.bytesIn(encoding) !== null) {
    sendMade(answer, sent, client, sending);
    return;
  }
  answer.pack(encoding).then(
    () => {
      cache?.resize(sending.key, answer);
      sendMade(answer, sent, client, sending);
    },
    () => res.destroy(),
  );
}

/** Sends an answer whose bytes are there in the encoding. */
function sendMade(answer: Answer, sent: Sent, { req, res, bill }: Client, sending: Sending): void {
  const { encoding } = sent;
  const head = headOf(answer, sent);
  const values = ownValues(answer, sent, req);
  if (bill !== null) sendWithCost(answer, res, { bill, head: head.headersWith(values), encoding });
  else {
    // Text goes out with its head in one piece. Bytes are for what is sent more than once.
    const text = answer.parts.label === null && encoding === 'identity' ? answer.text : null;
    const body = text !== null && isAscii(text, answer) ? text : answer.bytesIn(encoding);
    head.send(res, must(body, 'the encoding is made'), values);
  }
  count(sent.how, sending);
}

/** Whether each character is one byte: then Node copies them, which takes less time than to encode each. */
const isAscii = (text: string, answer: Answer): boolean => answer.lengthIn('identity') === text.length;

type Costly = { readonly bill: Bill; readonly head: readonly string[]; readonly encoding: Encoding };

/** Sends an answer with what it cost its caller: in itself, and in headers. */
function sendWithCost(answer: Answer, res: ServerResponse, { bill, head, encoding }: Costly): void {
  const bytes = answer.bytesWith(JSON.stringify({ cost: bill.facts }), encoding);
  const [, type, , , ...others] = head;
  const own = ['content-type', type ?? '', 'content-length', String(bytes.length)];
  const limits = Object.entries(bill.headers).flat();
  res.writeHead(answer.parts.status, [...own, ...others, ...limits]).end(bytes);
}

function count(how: Given['how'], { cache, startedAt }: Sending): void {
  const ms = performance.now() - startedAt;
  if (how === 'miss') cache?.counters.miss(ms);
  else cache?.counters.hit(ms, how === 'stale');
}

/** Of the length and the type, which a 304 does not have. */
const lengthHeaders = 4;

type Sent = {
  readonly encoding: Encoding;
  readonly how: Given['how'];
  readonly isGet: boolean;
  readonly standing: readonly string[];
};

/** The heads of answers that were computed, by what they differ in beside their own values. */
const missHeads = new Map<string, KeptHead>();
const maxMissHeads = 200;
const missOwn = ['content-length', 'x-request-id'];

/** The head of an answer; made once for each way in which it is sent, and for answers of one kind that are computed. */
function headOf(answer: Answer, sent: Sent): KeptHead {
  const { status, type, headers, label } = answer.parts;
  const { encoding, how, isGet, standing } = sent;
  if (standing !== commonHeaders) return newHead(answer, sent);
  if (how === 'miss') {
    if (headers.length > 0 || (isGet && label !== null)) return newHead(answer, sent);
    return keptIn(missHeads, `${status} ${encoding} ${type}`, () => newHead(answer, sent));
  }
  return keptIn(answer.heads, `${encoding} ${how} ${isGet}`, () => newHead(answer, sent));
}

function newHead(answer: Answer, { encoding, how, isGet, standing }: Sent): KeptHead {
  const { status, type, headers, label } = answer.parts;
  const length = answer.lengthIn(encoding);
  const head = ['content-type', type, 'content-length', String(length ?? 0), ...standing, ...headers];
  head.push('vary', 'Origin, Accept-Encoding');
  if (encoding !== 'identity') head.push('content-encoding', encoding);
  head.push('x-larkstat-cache', how);
  // A copy may be shown again only when it is asked for once more: it may be out of date at any moment.
  if (isGet && label !== null) head.push('cache-control', 'private, no-cache', 'etag', answer.etag);
  else head.push('cache-control', 'no-store');
  // Whoever is told a cost gets bytes of their own: the length of these is not known by then.
  if (how !== 'miss') return new KeptHead(status, head);
  return new KeptHead(status, [...head, 'x-request-id', ''], missOwn);
}

function keptIn(heads: Map<string, KeptHead>, name: string, make: () => KeptHead): KeptHead {
  const known = heads.get(name);
  if (known !== undefined) return known;
  if (heads.size >= maxMissHeads) heads.clear();
  const made = make();
  heads.set(name, made);
  return made;
}

/** The values that the head of an answer has of its own. */
function ownValues(answer: Answer, { encoding, how }: Sent, req: IncomingMessage): readonly string[] {
  if (how !== 'miss') return none;
  return [String(answer.lengthIn(encoding) ?? 0), originOf(req).requestId];
}

const none: readonly string[] = [];

/** Whether the client has the answer already. */
function isKnownTo(req: IncomingMessage, answer: Answer): boolean {
  const known = req.headers['if-none-match'];
  if (known === undefined || answer.parts.label === null) return false;
  const { etag } = answer;
  return known === '*' || known.split(',').some((one) => weak(one.trim()) === etag);
}

const weak = (etag: string): string => (etag.startsWith('W/') ? etag : `W/${etag}`);
