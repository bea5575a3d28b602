// Follows a subscription over many connections with raw sockets: a client for server-sent events would take longer to
// read an event than the server to send it. Its parent controls it by messages; it reports which version has reached
// every connection.
import { connect } from 'node:net';

/** Connections opened at once: a server admits only so many operations at a time. */
const atOnce = 50;

process.once('message', async ({ port, connections, body }) => {
  const request = Buffer.from(
    [
      'POST /graphql HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Content-Type: application/json',
      'Accept: text/event-stream',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  /** How many connections have received each version. */
  const reached = new Map();
  let left = connections;
  const followInTurn = async () => {
    while (left > 0) {
      left -= 1;
      while (!(await follow(port, request, seen))) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  function seen(version, text) {
    const count = (reached.get(version) ?? 0) + 1;
    reached.set(version, count);
    if (count === connections) process.send({ version, at: Number(process.hrtime.bigint()) / 1e6, text });
  }
  await Promise.all(Array.from({ length: atOnce }, followInTurn));
});

/** Resolves with true after the first event, and with false when the server is too busy. */
function follow(port, request, seen) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let rest = '';
    let refused = false;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      const text = rest + chunk.latin1Slice();
      let from = 0;
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n', from)) {
        const event = text.slice(from, end + 2);
        from = end + 2;
        const version = /"version":(\d+)/.exec(event)?.[1];
        if (version === undefined) continue;
        resolve(true);
        seen(Number(version), event);
      }
      rest = text.slice(from);
      if (!rest.startsWith('HTTP/1.1 503')) return;
      refused = true;
      socket.destroy();
    });
    socket.on('error', fail);
    socket.on('close', () =>
      refused ? resolve(false) : fail(new Error(`An answer ended: ${rest.slice(0, 500)}`)),
    );
  });
}

/** The parent sees that the process ended too early. */
function fail(error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
