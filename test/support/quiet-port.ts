import { createServer } from 'node:net';

/**
 * A free port of loopback that nobody else gets by chance: it lies below those that systems hand out to whoever asks
 * for any (32768 and above on Linux, 49152 elsewhere). For servers that leave their port and come back to it.
 */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}
