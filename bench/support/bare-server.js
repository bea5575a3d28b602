// A plain node:http server that answers each POST with the same bytes after reading the body: the floor for any server
// in Node. Arguments: the length of the response, its encoding or "identity".
import { createServer } from 'node:http';

const [, , length, encoding] = process.argv;
const bytes = Buffer.alloc(Number(length), 97);
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': bytes.length,
  ...(encoding !== 'identity' && { 'content-encoding': encoding }),
};
const server = createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => res.writeHead(200, headers).end(bytes));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
