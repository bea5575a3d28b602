import { connect } from 'node:net';

/** A request that is repeated over connections that stay open. */
export type Load = {
  readonly port: number;
  readonly path: string;
  readonly body: Buffer;
  /** Value of Accept-Encoding; null sends none. */
  readonly encoding: 'br' | 'gzip' | null;
  readonly connections: number;
};

/** The responses. */
export type Answered = {
  readonly perSecond: number;
  readonly requests: number;
  readonly bytes: number;
  /** Milliseconds from each request to the end of its response, in the order in which they ended. */
  readonly taken: readonly number[];
};

/**
 * Repeats a request, on each connection after the previous response, and counts the responses. With raw sockets: an
 * HTTP client takes longer to read a response than the server to send a cached one. It never sleeps on the network,
 * since waking it would be the server's work.
 */
export function load(
  asked: Load,
  until: { readonly ms: number } | { readonly requests: number },
): Promise<Answered> {
  const request = requestOf(asked);
  return new Promise((resolve, fail) => {
    const started = performance.now();
    const taken: number[] = [];
    let requests = 0;
    let bytes = 0;
    let open = asked.connections;
    let over = false;
    const isOver = () =>
      'ms' in until ? performance.now() - started >= until.ms : requests >= until.requests;
    const spin = () => void (over || setImmediate(spin));
    spin();
    const reject = (error: unknown) => {
      over = true;
      fail(error);
    };
    for (let number = 0; number < asked.connections; number++) {
      const socket = connect(asked.port, '127.0.0.1');
      socket.setNoDelay(true);
      let left = -1;
      let since = 0;
      const ask = () => {
        since = performance.now();
        socket.write(request);
      };
      socket.on('connect', ask);
      socket.on('data', (chunk) => {
        if (left < 0) {
          const head = headOf(chunk);
          if (head === null)
            return reject(new Error(`Not a whole head of an answer with 200: ${chunk.subarray(0, 200)}`));
          left = head.headBytes + head.bodyBytes;
          bytes = head.bodyBytes;
        }
        left -= chunk.length;
        if (left > 0) return;
        left = -1;
        requests += 1;
        taken.push(performance.now() - since);
        if (!isOver()) ask();
        else socket.end();
      });
      socket.on('error', reject);
      socket.on('close', () => {
        open -= 1;
        if (open > 0) return;
        over = true;
        resolve({ perSecond: requests / ((performance.now() - started) / 1_000), requests, bytes, taken });
      });
    }
  });
}

function requestOf({ port, path, body, encoding }: Load): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    'Accept: application/json',
    'User-Agent: larkstat-bench',
    ...(encoding === null ? [] : [`Accept-Encoding: ${encoding}`]),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

function headOf(chunk: Buffer): { readonly headBytes: number; readonly bodyBytes: number } | null {
  const text = chunk.toString('latin1', 0, 2_000);
  const end = text.indexOf('\r\n\r\n');
  const length = /content-length: (\d+)/i.exec(text);
  if (end === -1 || length === null || !text.startsWith('HTTP/1.1 200')) return null;
  return { headBytes: end + 4, bodyBytes: Number(length[1]) };
}
