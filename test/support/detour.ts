import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { quietPort } from './quiet-port.ts';

/** A proxy to Postgres that can close connections, and can swallow their data. */
export async function openDetour(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  /** Connections on which nothing is forwarded any more, not even a close. */
  const silent = new WeakSet<Socket>();
  let cuts: Watched = { text: null, count: 0 };
  let swallows: Watched = { text: null, count: 0 };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: Number(target.port), host: target.hostname, allowHalfOpen: true });
    const silence = () => silent.add(client).add(upstream);
    const pass = (from: Socket, to: Socket) => {
      sockets.add(from);
      from.on('data', (data) => {
        if (sees(swallows, data)) silence();
        if (sees(cuts, data)) from.destroy();
        else if (!silent.has(from)) to.write(data);
      });
      from.on('end', () => silent.has(from) || to.end());
      from.on('close', () => {
        sockets.delete(from);
        if (!silent.has(from)) to.destroy();
      });
      from.on('error', () => {});
    };
    pass(client, upstream);
    pass(upstream, client);
    if (swallows.text === '') silence();
  });
  const port = await quietPort();
  const open = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await open();
  const detour = new URL(url);
  detour.host = `127.0.0.1:${port}`;
  const close = async () => {
    const closed = new Promise((done) => server.close(done));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: detour.href,
    port,
    close,
    open,
    /** From now on a connection is closed when this text is sent over it; such connections are counted. Null: none. */
    cutAt: (text: string | null): { readonly count: number } => {
      cuts = { text, count: 0 };
      return cuts;
    },
    /** Open connections stay open, but deliver nothing more. */
    swallow: () => {
      for (const socket of sockets) silent.add(socket);
    },
    /**
     * From now on a connection delivers nothing more when this text is sent over it. '': new connections deliver
     * nothing from the start. Null: no connection is affected.
     */
    swallowAt: (text: string | null): { readonly count: number } => {
      swallows = { text, count: 0 };
      return swallows;
    },
  };
}

type Watched = { readonly text: string | null; count: number };

function sees(watched: Watched, data: Buffer): boolean {
  if (watched.text === null || !data.includes(watched.text)) return false;
  watched.count += 1;
  return true;
}
