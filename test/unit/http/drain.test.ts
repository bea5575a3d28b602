import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createDrain } from '../../../src/http/drain.ts';

test('an answer that is read slowly is sent to its end, although idle connections are closed meanwhile', async () => {
  // More than the sockets of both sides can buffer.
  const bytes = 32_000_000;
  const server = createServer((req, res) => {
    drain.watch(req.socket, res);
    res.setHeader('content-length', bytes);
    res.end(Buffer.alloc(bytes));
  });
  const drain = createDrain(server, { end() {}, drop() {} });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo; // safe: it listens on a port

  const slow = connect(port, '127.0.0.1');
  slow.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [head] = (await once(slow, 'data')) as [Buffer];
  slow.pause();
  const idle = connect(port, '127.0.0.1');
  await once(idle, 'connect');
  const stopped = drain.run({ delayMs: 0, limitMs: 60_000 });
  await once(idle, 'close');

  let read = head.length;
  slow.on('data', (chunk: Buffer) => {
    read += chunk.length;
  });
  slow.resume();
  await once(slow, 'close');
  expect(read).toBeGreaterThan(bytes);
  await stopped;
});
