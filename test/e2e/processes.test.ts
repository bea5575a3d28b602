import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openStore } from '../support/store.ts';
import { aMachine, type RunningServer, runServer } from '../support/servers.ts';

const store = await openStore();
const env = async () => ({ DATABASE_URL: store.url, LARKSTAT_DATA: await aMachine() });

const ask = async (url: string, query = '{ system { version } }') => {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return response.status;
};

/** The processes that logged that they answer. */
const answering = ({ logged }: RunningServer) =>
  logged.filter(({ msg }) => msg === 'this process answers requests').map(({ name, pid }) => ({ name, pid }));

test('two processes answer at one port, each is named in the log, and one that dies is restarted', async () => {
  const server = await runServer({ args: ['--processes', '2', '--no-worker'], env: await env() });
  expect(
    answering(server)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['server 1 of 2', 'server 2 of 2']);
  const [first] = answering(server);
  process.kill(first?.pid ?? 0, 'SIGKILL');
  const asked: number[] = [];
  for (let at = 0; at < 20; at++) asked.push(await ask(server.url).catch(() => 0));
  // A connection that the dead process had accepted is lost with it: at most one.
  expect(asked.filter((status) => status !== 200).length).toBeLessThanOrEqual(1);
  await expect.poll(() => answering(server).length).toBe(3);
  const [, , again] = answering(server);
  expect(again).toMatchObject({ name: first?.name });
  expect(again?.pid).not.toBe(first?.pid);
  expect(await ask(server.url)).toBe(200);
  expect(await server.end('SIGTERM')).toBe(0);
  await expect(ask(server.url)).rejects.toThrow();
});

test('no process is left when the one that owns the port is killed', async () => {
  const server = await runServer({ args: ['--processes', '2', '--no-worker'], env: await env() });
  await server.end('SIGKILL');
  const alive = () => answering(server).filter(({ pid }) => isAlive(pid));
  await expect.poll(alive).toEqual([]);
});

test('a port in use is reported in one line', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as { port: number };
  const starting = runServer({
    args: ['--processes', '2', '--no-worker'],
    env: { ...(await env()), PORT: `${port}` },
  });
  await expect(starting).rejects.toThrow(/ended with 1: .*Port \d+ is taken: set PORT to another one/);
  other.close();
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
