import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSecret, signedHeaders } from '../../../src/alerts/deliver/sign.ts';
import { testAlert } from '../../../src/alerts/replay.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openStore } from '../../support/store.ts';
import { clock, deliverer, makeAlert, noon } from './support.ts';

clock.ms = noon;

const db = await openStore();

/** The receiver of the documentation, as a program. */
async function startExample(secret: string) {
  const page = await readFile(new URL('../../../docs/alerts.md', import.meta.url), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-receiver-'));
  afterwards(() => rm(folder, { recursive: true }));
  const file = join(folder, 'receiver.mjs');
  await writeFile(file, /```js\n(.*?)```/s.exec(page)?.[1] ?? '');
  const child: ChildProcess = spawn(process.execPath, [file], {
    env: { WEBHOOK_SECRET: secret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  afterwards(() => child.kill());
  const lines: string[] = [];
  child.stdout?.on('data', (data: Buffer) => lines.push(...data.toString().trim().split('\n')));
  await expect.poll(() => lines[0]).toMatch(/^listening at \d+$/);
  return { lines, url: `http://127.0.0.1:${lines[0]?.split(' ').at(-1)}/` };
}

test('the receiver of the documentation accepts each event once', async () => {
  const { alertId, secret } = await makeAlert(
    db,
    { likes: { timesNormal: 5, minLikes: 1, within: 3_600_000 } },
    { webhookUrl: 'http://127.0.0.1:9000/' },
  );
  const { lines, url } = await startExample(secret ?? '');
  await db.sql`update alert_targets set target = ${url}`;
  clock.ms = Date.now();
  await testAlert({ sql: db.sql, now: new Date(clock.ms) }, alertId);
  const deliver = deliverer(db);
  await deliver();
  await expect.poll(() => lines.slice(1)).toEqual(['A test: the webhook works']);
  await db.sql`update alert_deliveries set state = 'PENDING', next_at = ${new Date(clock.ms)}`;
  await deliver();
  expect(await db.sql`select state, status, attempts from alert_deliveries`).toEqual([
    { state: 'DELIVERED', status: 204, attempts: 2 },
  ]);
  expect(lines).toHaveLength(2);
});

test('the receiver of the documentation refuses what is forged, changed or old', async () => {
  const secret = makeSecret();
  const { lines, url } = await startExample(secret);
  const body = '{"data":{"summary":"forged"}}';
  const send = async (headers: Readonly<Record<string, string>>, text = body) =>
    (await fetch(url, { method: 'POST', headers, body: text })).status;
  const message = { id: 'a', at: Date.now(), body };
  const genuine = signedHeaders(secret, message);
  expect(await send({})).toBe(401);
  expect(await send(signedHeaders(makeSecret(), message))).toBe(401);
  expect(await send(genuine, `${body} `)).toBe(401);
  expect(await send({ ...genuine, 'webhook-id': 'b' })).toBe(401);
  expect(await send(signedHeaders(secret, { ...message, at: Date.now() - 600_000 }))).toBe(401);
  expect(lines).toHaveLength(1);
  expect(await send(genuine)).toBe(204);
});
