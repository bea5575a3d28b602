import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bill } from '../../access/bill.ts';
import { chooseEncoding, compress, type Encoding } from '../encoding.ts';
import { commonHeaders, standingHeaders } from '../standing-headers.ts';
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
  /** What it costs the caller; null for one without a limit. */
  readonly bill: Bill | null;
  /** Origins of pages that may read it. */
  readonly origins: readonly string[];
  /** Called when it was sent. */
  count(): void;
};

/** Sends an answer, in the encoding that the client asks for: at once when that is made already. */
export function sendAnswer(given: Given, sending: Sending): void {
  const { answer, how } = given;
  const { req, res, key, cache, bill, origins } = sending;
  const standing = standingHeaders(req, origins);
  const isGet = req.method === 'GET';
  if (isGet && isKnownTo(req, answer)) {
    res
      .writeHead(304, headOf(answer, { encoding: 'identity', how, isGet, standing }).slice(lengthHeaders))
      .end();
    return;
  }
  const encoding = answer.encodingFor(encodingOf(req.headers['accept-encoding']));
  const head = () => headOf(answer, { encoding, how, isGet, standing });
  const write = (bytes: Buffer): void => {
    res.writeHead(answer.parts.status, head()).end(bytes);
    sending.count();
  };
  if (bill !== null) {
    packWithCost(answer, bill, encoding).then(
      (bytes) => {
        const [, type, , , ...others] = head();
        const own = ['content-type', type ?? '', 'content-length', String(bytes.length)];
        const limits = Object.entries(bill.headers).flat();
        res.writeHead(answer.parts.status, [...own, ...others, ...limits]).end(bytes);
        sending.count();
      },
      () => res.destroy(),
    );
    return;
  }
  const bytes = answer.bytesIn(encoding);
  if (bytes !== null || encoding === 'identity') {
    write(bytes ?? answer.parts.body);
    return;
  }
  answer.pack(encoding).then(
    (packed) => {
      cache.resize(key, answer);
      write(packed);
    },
    () => res.destroy(),
  );
}

/**
 * An answer's bytes with what it cost its caller, for whom they are compressed anew. A list, as of a batch, stays as it
 * is: the headers say it, too.
 */
async function packWithCost({ parts: { body } }: Answer, bill: Bill, encoding: Encoding): Promise<Buffer> {
  const end = body.lastIndexOf('}');
  const cost = `,"extensions":{"cost":${JSON.stringify(bill.facts)}}}`;
  const isObject = body[0] === openBrace && end > 1;
  const told = isObject ? Buffer.concat([body.subarray(0, end), Buffer.from(cost)]) : body;
  return encoding === 'identity' ? told : compress(told, encoding);
}

const openBrace = 0x7b;

/** Of the length and the type, which a 304 does not have. */
const lengthHeaders = 4;

type Sent = {
  readonly encoding: Encoding;
  readonly how: Given['how'];
  readonly isGet: boolean;
  readonly standing: readonly string[];
};

/** The headers of an answer; made once for each way in which it is sent. */
function headOf(answer: Answer, { encoding, how, isGet, standing }: Sent): string[] {
  const name = standing === commonHeaders ? `${encoding} ${how} ${isGet}` : null;
  const known = name === null ? undefined : answer.heads.get(name);
  if (known !== undefined) return known;
  const { type, headers, label } = answer.parts;
  const bytes = answer.bytesIn(encoding);
  const head = ['content-type', type, 'content-length', String(bytes?.length ?? 0), ...standing, ...headers];
  head.push('vary', 'Origin, Accept-Encoding');
  if (encoding !== 'identity') head.push('content-encoding', encoding);
  head.push('x-larkstat-cache', how);
  // A copy may be shown again only when it is asked for once more: it may be out of date at any moment.
  if (isGet && label !== null) head.push('cache-control', 'private, no-cache', 'etag', answer.etag);
  else head.push('cache-control', 'no-store');
  // Whoever is told a cost gets bytes of their own: the length of these is not known by then.
  if (name !== null && bytes !== null) answer.heads.set(name, head);
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
