import type { ServerResponse } from 'node:http';

/** Node's own: the text of a head that is written and not sent yet. No type tells of it. */
type Writing = ServerResponse & { _header?: unknown };

/**
 * The head of a kept answer. Node checks each header and puts their text together anew at each answer, which takes
 * longer than to find the answer: so the text that it has made is used for as long as its Date is right.
 */
export class KeptHead {
  /** The headers as name, value, name, value; the length is among them. */
  readonly headers: readonly string[];
  readonly #status: number;
  #text: string | null = null;
  /** Seconds since 1970 for which the text was made. */
  #second = -1;

  constructor(status: number, headers: readonly string[]) {
    this.#status = status;
    this.headers = headers;
  }

  /** Writes the head of an answer for which no header was set. */
  write(res: Writing): void {
    // On a connection that closes with the answer, or may have to, the head says so.
    if (!res.shouldKeepAlive || res.req.headers.expect !== undefined) {
      res.writeHead(this.#status, this.headers as string[]); // safe: Node only reads them
      return;
    }
    const second = Math.floor(Date.now() / 1_000);
    if (second === this.#second && this.#text !== null && res._header === null) {
      res.statusCode = this.#status;
      res._header = this.#text;
      return;
    }
    res.writeHead(this.#status, this.headers as string[]); // safe: as above
    this.#second = second;
    // Copied into one string: V8 keeps joined strings as parts, and would join them again each time that they are sent.
    this.#text =
      typeof res._header === 'string' ? Buffer.from(res._header, 'latin1').toString('latin1') : null;
  }
}
