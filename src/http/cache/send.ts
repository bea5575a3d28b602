import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bill } from '../../access/bill.ts';
import { must } from '../../shared/errors.ts';
import { chooseEncoding, type Encoding } from '../encoding.ts';
import { originOf } from '../request-origin.ts';
import { commonHeaders, commonHeadersFor } from '../common-headers.ts';
import type { Answer } from './answer.ts';
import type { AnswerCache, ServedAnswer } from './cache.ts';
import { CachedHead } from './cached-head.ts';

/** Parsed Accept-Encoding headers: clients send only a few different ones. */
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

/** The client of an answer. */
export type Client = {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The bill of the request; null for a caller without a limit. */
  readonly bill: Bill | null;
};

type Sending = {
  readonly key: string;
  /** Undefined when no answers are cached. */
  readonly cache: AnswerCache | undefined;
  /** Origins of pages that may read it. */
  readonly origins: readonly string[];
  /** When the request was read, by `performance.now()`. */
  readonly startedAt: number;
};

/** Sends an answer in the encoding that the client prefers: at once when that is already made. */
export function sendAnswer(served: ServedAnswer, client: Client, sending: Sending): void {
  const { answer, result } = served;
  const { req, res } = client;
  const { cache, origins } = sending;
  const common = commonHeadersFor(req, origins);
  const isGet = req.method === 'GET';
  if (isGet && isKnownTo(req, answer)) {
    const sent = { encoding: 'identity', result, isGet, common } as const;
    const head = headOf(answer, sent).headersWith(ownValues(answer, sent, req));
    res.writeHead(304, head.slice(lengthHeaders)).end();
    return;
  }
  const encoding = answer.encodingFor(encodingOf(req.headers['accept-encoding']));
  const sent = { encoding, result, isGet, common };
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

/** Sends an answer whose bytes exist in the encoding. */
function sendMade(answer: Answer, sent: Sent, { req, res, bill }: Client, sending: Sending): void {
  const { encoding } = sent;
  const head = headOf(answer, sent);
  const values = ownValues(answer, sent, req);
  if (bill !== null) sendWithCost(answer, res, { bill, head: head.headersWith(values), encoding });
  else {
    // Text is sent with its head in one piece. Bytes are for answers that are sent more than once.
    const text = answer.parts.label === null && encoding === 'identity' ? answer.text : null;
    const body = text !== null && isAscii(text, answer) ? text : answer.bytesIn(encoding);
    head.send(res, must(body, 'the encoding is made'), values);
  }
  count(sent.result, sending);
}

/** Whether each character is one byte: Node then copies the text, which is faster than encoding it. */
const isAscii = (text: string, answer: Answer): boolean => answer.lengthIn('identity') === text.length;

type Costly = { readonly bill: Bill; readonly head: readonly string[]; readonly encoding: Encoding };

/** Sends an answer with its cost for the caller, in the body and in headers. */
function sendWithCost(answer: Answer, res: ServerResponse, { bill, head, encoding }: Costly): void {
  const bytes = answer.bytesWith(JSON.stringify({ cost: bill.facts }), encoding);
  const [, type, , , ...others] = head;
  const own = ['content-type', type ?? '', 'content-length', String(bytes.length)];
  const limits = Object.entries(bill.headers).flat();
  res.writeHead(answer.parts.status, [...own, ...others, ...limits]).end(bytes);
}

function count(result: ServedAnswer['result'], { cache, startedAt }: Sending): void {
  const ms = performance.now() - startedAt;
  if (result === 'miss') cache?.counters.miss(ms);
  else cache?.counters.hit(ms, result === 'stale');
}

/** The length and the type, which a 304 does not have, as names and values. */
const lengthHeaders = 4;

type Sent = {
  readonly encoding: Encoding;
  readonly result: ServedAnswer['result'];
  readonly isGet: boolean;
  readonly common: readonly string[];
};

/** Cached heads of computed answers, by what distinguishes them besides their own values. */
const missHeads = new Map<string, CachedHead>();
const maxMissHeads = 200;
const missOwn = ['content-length', 'x-request-id'];

/** Returns the head of an answer: cached for each way to send it, and shared by computed answers of one kind. */
function headOf(answer: Answer, sent: Sent): CachedHead {
  const { status, type, headers, label } = answer.parts;
  const { encoding, result, isGet, common } = sent;
  if (common !== commonHeaders) return newHead(answer, sent);
  if (result === 'miss') {
    if (headers.length > 0 || (isGet && label !== null)) return newHead(answer, sent);
    return cachedIn(missHeads, `${status} ${encoding} ${type}`, () => newHead(answer, sent));
  }
  return cachedIn(answer.heads, `${encoding} ${result} ${isGet}`, () => newHead(answer, sent));
}

function newHead(answer: Answer, { encoding, result, isGet, common }: Sent): CachedHead {
  const { status, type, headers, label } = answer.parts;
  const length = answer.lengthIn(encoding);
  const head = ['content-type', type, 'content-length', String(length ?? 0), ...common, ...headers];
  head.push('vary', 'Origin, Accept-Encoding');
  if (encoding !== 'identity') head.push('content-encoding', encoding);
  head.push('x-larkstat-cache', result);
  // A browser must revalidate its copy each time: it may be out of date at any moment.
  if (isGet && label !== null) head.push('cache-control', 'private, no-cache', 'etag', answer.etag);
  else head.push('cache-control', 'no-store');
  // An answer with a cost has its own bytes, whose length is not known here.
  if (result !== 'miss') return new CachedHead(status, head);
  return new CachedHead(status, [...head, 'x-request-id', ''], missOwn);
}

function cachedIn(heads: Map<string, CachedHead>, name: string, make: () => CachedHead): CachedHead {
  const known = heads.get(name);
  if (known !== undefined) return known;
  if (heads.size >= maxMissHeads) heads.clear();
  const made = make();
  heads.set(name, made);
  return made;
}

/** Returns the values of the head that differ between answers. */
function ownValues(answer: Answer, { encoding, result }: Sent, req: IncomingMessage): readonly string[] {
  if (result !== 'miss') return none;
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
