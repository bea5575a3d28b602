import { Socket } from 'node:net';

/** The first word of a Postgres connection: protocol version 3.0. */
const protocol = 196_608;
const parse = 'P'.charCodeAt(0);
const query = 'Q'.charCodeAt(0);

/**
 * From now on calls `onStatement` with each statement that this process sends to Postgres. It reads the frames written
 * to sockets; other kinds of sockets and encrypted ones are ignored.
 */
export function readStatements(onStatement: (text: string) => void): void {
  const spoken = new WeakMap<Socket, boolean>();
  const { write } = Socket.prototype;
  Socket.prototype.write = function (this: Socket, ...args: Parameters<typeof write>) {
    const [chunk] = args as readonly unknown[];
    if (chunk instanceof Uint8Array) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const known = spoken.get(this);
      if (known === undefined) spoken.set(this, bytes.length > 8 && bytes.readInt32BE(4) === protocol);
      else if (known) for (const text of statementsOf(bytes)) onStatement(text);
    }
    return write.apply(this, args);
  } as typeof write;
}

/** The texts in a sequence of complete frames. */
function* statementsOf(bytes: Buffer): Generator<string> {
  let at = 0;
  while (at + 5 <= bytes.length) {
    const kind = bytes[at];
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end <= at || end > bytes.length) return;
    // A statement to be prepared starts with its name; both end with a zero.
    const from = kind === parse ? bytes.indexOf(0, at + 5) + 1 : at + 5;
    if (kind === parse || kind === query) yield bytes.toString('utf8', from, bytes.indexOf(0, from));
    at = end;
  }
}
