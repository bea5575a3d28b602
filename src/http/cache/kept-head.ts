import type { ServerResponse } from 'node:http';

/** Node's own: the text of a head that is written and not sent yet. No type tells of it. */
type Writing = ServerResponse & { _header?: unknown };

/**
 * The head of a kept answer, or of answers whose heads differ in some values. Node checks each header and puts their text
 * together anew at each answer, which takes longer than to find a kept one: so the text that it has made is used for as
 * long as its Date is right.
 */
export class KeptHead {
  /** As name, value, name, value; the length is among them. */
  readonly #headers: readonly string[];
  readonly #status: number;
  /** Where in the headers the values stand that each answer has of its own. */
  readonly #own: readonly number[];
  /** The text before, between and after those values; null when it is not known. */
  #texts: readonly string[] | null = null;
  /** Seconds since 1970 for which the text was made. */
  #second = -1;

  /** `own` names the headers, in their order, whose values are given when the head is written. */
  constructor(status: number, headers: readonly string[], own: readonly string[] = []) {
    this.#status = status;
    this.#headers = headers;
    this.#own = own.map((name) => headers.indexOf(name) + 1);
  }

  /**
   * Sends an answer for which no header was set. `values` are those of its head's own, which must be fit for a header: Node
   * does not check them each time. A text is of ASCII alone.
   */
  send(res: Writing, body: Buffer | string, values: readonly string[] = []): void {
    const second = Math.floor(Date.now() / 1_000);
    // On a connection that closes with the answer, or may have to, the head says so.
    const isUsual = res.shouldKeepAlive && res.req.headers.expect === undefined;
    if (isUsual && second === this.#second && this.#texts !== null && res._header === null) {
      res.statusCode = this.#status;
      const header = withValues(this.#texts, values);
      // As one text, Node writes both at once; it would join two in a buffer.
      res._header = typeof body === 'string' ? header + body : header;
      if (typeof body === 'string') res.end();
      else res.end(body);
      return;
    }
    res.writeHead(this.#status, this.headersWith(values));
    if (isUsual) {
      this.#second = second;
      this.#texts = typeof res._header === 'string' ? this.#textsOf(res._header, values) : null;
    }
    res.end(body, 'latin1');
  }

  /** The headers with these values of an answer's own. */
  headersWith(values: readonly string[]): string[] {
    const headers = [...this.#headers];
    for (const [at, place] of this.#own.entries()) headers[place] = values[at] ?? '';
    return headers;
  }

  #textsOf(header: string, values: readonly string[]): readonly string[] {
    const texts: string[] = [];
    let from = 0;
    for (const [at, place] of this.#own.entries()) {
      const line = `\r\n${this.#headers[place - 1]}: `;
      const start = header.indexOf(line, from) + line.length;
      texts.push(header.slice(from, start));
      from = start + (values[at] ?? '').length;
    }
    texts.push(header.slice(from));
    // Copied into strings of their own: V8 keeps joined strings as parts, and would join them again each time that they are sent.
    return texts.map((text) => Buffer.from(text, 'latin1').toString('latin1'));
  }
}

function withValues(texts: readonly string[], values: readonly string[]): string {
  let header = texts[0] ?? '';
  for (let at = 1; at < texts.length; at += 1) header += `${values[at - 1]}${texts[at]}`;
  return header;
}
