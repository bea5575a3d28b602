import type { ServerResponse } from 'node:http';

/** Node's internal text of a head that is written but not sent. Node's types do not have it. */
type Writing = ServerResponse & { _header?: unknown };

/**
 * The head of a cached answer, or of answers whose heads differ in a few values. Node validates and joins all headers
 * at each answer, which takes longer than a cache hit. So the text that Node made is reused while its Date is right.
 */
export class CachedHead {
  /** As name, value, name, value, with the length. */
  readonly #headers: readonly string[];
  readonly #status: number;
  /** The positions of the values that differ between answers. */
  readonly #own: readonly number[];
  /** The text before, between and after those values; null when it is unknown. */
  #texts: readonly string[] | null = null;
  /** The second since 1970 that the text was made for. */
  #second = -1;

  /** `own` names the headers, in order, whose values are given when the head is sent. */
  constructor(status: number, headers: readonly string[], own: readonly string[] = []) {
    this.#status = status;
    this.#headers = headers;
    this.#own = own.map((name) => headers.indexOf(name) + 1);
  }

  /**
   * Sends an answer for which no header was set. `values` are those of `own`. They must be valid in a header: Node
   * does not check them each time. A text body is ASCII only.
   */
  send(res: Writing, body: Buffer | string, values: readonly string[] = []): void {
    const second = Math.floor(Date.now() / 1_000);
    // The head differs on a connection that closes, or may close, with this answer.
    const isUsual = res.shouldKeepAlive && res.req.headers.expect === undefined;
    if (isUsual && second === this.#second && this.#texts !== null && res._header === null) {
      res.statusCode = this.#status;
      const header = withValues(this.#texts, values);
      // As one string Node writes head and body at once; it would join two strings in a buffer.
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

  /** Returns the headers with these values of `own`. */
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
    // Copied to flat strings: V8 keeps joined strings as parts, and would join them again at each send.
    return texts.map((text) => Buffer.from(text, 'latin1').toString('latin1'));
  }
}

function withValues(texts: readonly string[], values: readonly string[]): string {
  let header = texts[0] ?? '';
  for (let at = 1; at < texts.length; at += 1) header += `${values[at - 1]}${texts[at]}`;
  return header;
}
