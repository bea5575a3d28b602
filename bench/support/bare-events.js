// A plain node:http server that keeps every response open and writes the same bytes to all of them on command: the
// floor for any server in Node. Later responses start with the last bytes written.
import { createServer } from 'node:http';

const open = new Set();
let last = '';
const server = createServer((req, res) => {
  req.resume();
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  res.write(`:\n\n${last}`);
  open.add(res);
  res.once('close', () => open.delete(res));
});
process.on('message', (event) => {
  last = event;
  const bytes = Buffer.from(event);
  for (const res of open) res.write(bytes);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
