import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { quietPort } from './quiet-port.ts';

/** A way to Postgres that can be closed, and can swallow what goes through it. */
export async function openDetour(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  let cuts: { readonly text: string | null; count: number } = { text: null, count: 0 };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pass = (from: Socket, to: Socket) => {
      sockets.add(from);
      from.on('data', (data) => {
        if (cuts.text !== null && data.includes(cuts.text)) {
          cuts.count += 1;
          from.destroy();
        } else if (!silent.has(from)) to.write(data);
      });
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('error', () => {});
    };
    pass(client, upstream);
    pass(upstream, client);
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
    close,
    open,
    /** From now on a connection ends when this text is sent over it, and those that did are counted; null ends none. */
    cutAt: (text: string | null): { readonly count: number } => {
      cuts = { text, count: 0 };
      return cuts;
    },
    /** The connections that there are stay open, and bring nothing more. */
    swallow: () => {
      for (const socket of sockets) silent.add(socket);
    },
  };
}
