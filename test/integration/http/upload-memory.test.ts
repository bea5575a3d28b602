import { fork } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { form, formHeaders, send } from './support.ts';

const megabyte = 1024 * 1024;
const query = 'mutation ($file: File!) { take(file: $file) { name bytes } }';
const head = form([
  { name: 'operations', value: JSON.stringify({ query, variables: { file: null } }) },
  { name: 'map', value: '{"0":["variables.file"]}' },
  { name: '0', value: '', filename: 'big.zip' },
]);
const closing = Buffer.from('\r\n--xxBOUNDARYxx--\r\n');

/** A form whose file is created while it is sent; `sent` follows the progress. */
async function* bigForm(bytes: number, sent: { bytes: number } = { bytes: 0 }): AsyncGenerator<Buffer> {
  yield head.subarray(0, head.length - closing.length);
  const chunk = Buffer.alloc(megabyte / 4, 'twelve bytes');
  for (; sent.bytes < bytes; sent.bytes += chunk.length) yield chunk;
  yield closing;
}

// A separate process: the memory of the client and of Vitest is not the server's.
const child = fork(fileURLToPath(new URL('./upload-process.ts', import.meta.url)), {
  execArgv: ['--import', 'tsx'],
});
afterAll(() => void child.kill());
const reply = <T>(): Promise<T> =>
  new Promise((resolve) => child.once('message', (value) => resolve(value as T)));
const { port, uploadFolder } = await reply<{ port: number; uploadFolder: string }>();
const server = { port, uploadFolder, url: '' };

/** The peak memory of the server's process in megabytes since the last call. */
function peak(): Promise<number> {
  const answer = reply<number>();
  child.send('peak');
  return answer;
}

test('an upload of 300 MB takes less than 60 MB of memory', async () => {
  await send(server, { headers: formHeaders }, bigForm(30 * megabyte)); // code, buffers and heap have their size now
  await peak();
  const before = await peak();
  const answer = await send(server, { headers: formHeaders }, bigForm(300 * megabyte));
  expect(JSON.parse(answer.body)).toEqual({ data: { take: { name: 'big.zip', bytes: 300 * megabyte } } });
  expect((await peak()) - before).toBeLessThan(60);
});

test('a disk that hangs slows the client down', async () => {
  const stalled = reply();
  child.send('stall');
  await stalled;
  const sent = { bytes: 0 };
  const answer = send(server, { headers: formHeaders }, bigForm(100 * megabyte, sent));
  let last = 0;
  while (sent.bytes === 0 || sent.bytes !== last) {
    last = sent.bytes;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  // What is being sent: the buffers of both sockets and of the streams.
  expect(sent.bytes).toBeGreaterThan(0);
  expect(sent.bytes).toBeLessThan(30 * megabyte);
  child.send('continue');
  expect(JSON.parse((await answer).body).data.take.bytes).toBe(100 * megabyte);
});

test('the files have the size that was sent', async () => {
  const answer = reply<string[]>();
  child.send('taken');
  const sizes = await Promise.all((await answer).map(async (path) => (await stat(path)).size / megabyte));
  expect(sizes).toEqual([30, 300, 100]);
});
