import { createServer } from 'node:net';

/**
 * A free loopback port that the system gives to no other program by chance: it is below the ephemeral ports (32768 and
 * above on Linux, 49152 elsewhere). For servers that release their port and take it again.
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
