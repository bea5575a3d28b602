import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterwards } from './afterwards.ts';
import { patienceMs } from './patience.ts';
import { quietPort } from './quiet-port.ts';

/** Whether redis-server is installed. Tests that need it are skipped with a message when it is not. */
export const hasRedis = (() => {
  try {
    execFileSync('redis-server', ['--version']);
    return true;
  } catch {
    process.stderr.write('redis-server is not installed: the tests that need it are skipped\n');
    return false;
  }
})();

export type TestRedis = {
  readonly url: string;
  /** A client for the test itself; its commands fail while the server is down. */
  readonly client: Redis;
  /** Stops it with SIGTERM and waits for its exit. */
  stop(): Promise<void>;
  /** Kills it. */
  kill(): Promise<void>;
  /** Suspends the server: it accepts connections, but answers nothing. */
  pause(): void;
  resume(): void;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  flushall(): Promise<void>;
};

/** A test's own redis-server on a free port, without persistence; stopped after the test or the file. */
export async function startRedis(
  options: { readonly maxmemory?: string; readonly password?: string } = {},
): Promise<TestRedis> {
  const port = await quietPort();
  const { maxmemory, password } = options;
  const args = [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ['--save', ''],
    ['--appendonly', 'no'],
    ...(maxmemory === undefined ? [] : [['--maxmemory', maxmemory]]),
    ...(password === undefined ? [] : [['--requirepass', password]]),
  ].flat();
  const url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`;
  let server = await start(args, url);
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    // A paused server receives the signal above only after this one.
    server.kill('SIGCONT');
    await ended;
  };
  const redis: TestRedis = {
    url,
    client,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    restart: async () => {
      await end('SIGKILL');
      server = await start(args, url);
    },
    flushall: async () => void (await client.flushall()),
  };
  afterwards(async () => {
    client.disconnect();
    await redis.kill();
  });
  return redis;
}

type Outage = readonly [
  name: string,
  begin: (redis: TestRedis) => unknown,
  end: (redis: TestRedis) => unknown,
];

/** The ways in which Redis can be unavailable. */
export const redisOutages: readonly Outage[] = [
  ['is killed', (redis) => redis.kill(), (redis) => redis.restart()],
  ['is stopped', (redis) => redis.stop(), (redis) => redis.restart()],
  ['accepts and never answers', (redis) => redis.pause(), (redis) => redis.resume()],
];

/** Starts the program and waits until it answers. */
async function start(args: readonly string[], url: string): Promise<ChildProcess> {
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const probe = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  probe.on('error', () => {});
  const late = sleep(patienceMs, 'late', { ref: false });
  const answered = await Promise.race([probe.ping(), late]);
  probe.disconnect();
  if (answered !== 'PONG') throw new Error('redis-server does not answer');
  return server;
}
