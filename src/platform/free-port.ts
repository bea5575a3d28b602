import { createServer } from 'node:net';

/** Returns a port of the address that is currently free. */
export function freePort(host: string): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.on('error', failed);
    probe.listen(0, host, () => {
      const { port } = probe.address() as { port: number }; // safe: it listens on a port
      probe.close(() => done(port));
    });
  });
}
