import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to Postgres that can be closed, and can swallow what goes through it. */
export async function openDetour(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let swallows = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pass = (from: Socket, to: Socket) => {
      sockets.add(from);
      from.on('data', (data) => swallows || to.write(data));
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('error', () => {});
    };
    pass(client, upstream);
    pass(upstream, client);
  });
  const open = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  await open(0);
  const { port } = server.address() as AddressInfo;
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
    open: () => open(port),
    swallow: (on: boolean) => {
      swallows = on;
    },
  };
}
