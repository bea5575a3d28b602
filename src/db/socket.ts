import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Sockets } from './sockets.ts';

/** What postgres.js hands to its `socket` option (which its types do not know). */
export type Target = {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false;
};

type SocketOptions = {
  /** How long an answer may take before the connection counts as lost; 0 for as long as it likes. */
  readonly silentMs: number;
  readonly sockets: Sockets;
};

/** A host that says nothing is given up after this long: the system would try for two minutes. */
const connectMs = 10_000;

/**
 * Connects without Nagle's algorithm, trying each host in turn. A COPY ends in a small packet that Node would hold
 * back until the one before is acknowledged, which the other side delays by 40 ms: three COPYs in a batch of ten
 * posts made it 280 ms instead of 30.
 */
export async function connectAtOnce(
  { host, port, path }: Target,
  { silentMs, sockets }: SocketOptions,
): Promise<Duplex> {
  // A client that has ended connects no more: postgres.js would go on with what it began before.
  if (sockets.isClosed) return new Promise(() => {});
  let failure: unknown = new Error('No host to connect to');
  const open = (socket: Socket) => opened(sockets.keep(socket), silentMs);
  if (path) return open(connect(path)).catch(broken);
  for (const [index, name] of host.entries()) {
    try {
      const socket = connect({ host: name, port: port[index] ?? 5432, noDelay: true });
      return Object.assign(await open(socket), { host: name, port: port[index] });
    } catch (error) {
      failure = error;
    }
  }
  return broken(failure);
}

/**
 * A socket that fails at the first write. postgres.js forgets a connection whose socket it never got: after an outage
 * with as many attempts as the pool has connections, every query waited for ever.
 */
function broken(failure: unknown): Duplex {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  return new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(error) });
}

function opened(socket: Socket, silentMs: number): Promise<Socket> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => socket.destroy(timedOut('connect')), connectMs);
    const onError = (error: Error) => {
      clearTimeout(timer);
      failed(error);
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', onError);
      sendTogether(socket);
      if (silentMs > 0) endWhenSilent(socket, silentMs);
      done(socket);
    });
  });
}

/**
 * Sends together what is written before others run. postgres.js hands statements over one by one, and each write by itself
 * wakes the other side: of a batch of five posts they took a sixth of the process's time.
 */
function sendTogether(socket: Socket): void {
  const write = socket.write;
  let isWaiting = false;
  const send = () => {
    isWaiting = false;
    socket.uncork();
  };
  socket.write = ((...args: Parameters<typeof write>) => {
    if (!isWaiting) {
      isWaiting = true;
      socket.cork();
      process.nextTick(send);
    }
    return write.apply(socket, args);
  }) as typeof write; // safe: it takes what the other takes
}

/**
 * Breaks a connection over which something was asked, and nothing has come since: a network may swallow both ways
 * without a word, and the system would wait a quarter of an hour. (Not under TLS, which writes past this.)
 */
export function endWhenSilent(socket: Socket, silentMs: number): void {
  const write = socket.write;
  let timer: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  socket.write = ((...args: Parameters<typeof write>) => {
    timer ??= setTimeout(() => socket.destroy(timedOut('read')), silentMs).unref();
    return write.apply(socket, args);
  }) as typeof write; // safe: it takes what the other takes
  socket.on('data', heard).once('close', heard);
}

const timedOut = (syscall: string): Error =>
  Object.assign(new Error(`${syscall} ETIMEDOUT: the database does not answer`), {
    code: 'ETIMEDOUT',
    syscall,
  });
