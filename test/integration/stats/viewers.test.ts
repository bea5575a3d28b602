import { expect, test } from 'vitest';
import { saveBroadcast } from '../../../src/streams/broadcasts.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

type Reading = { readonly at: number; readonly viewers: number };
type Series = { readonly starts: readonly string[]; readonly values: readonly (number | null)[] };

const minute = 60_000;
const hour = 60 * minute;

async function aChannel(readings: readonly Reading[]): Promise<string> {
  const account = anAccount({ platform: 'TWITCH' });
  const streamId = await findOrCreateAccount(db.sql, account);
  for (const { at, viewers } of readings) {
    await saveBroadcast(db.sql, streamId, { title: 'x', category: null, startedAt: at, viewers }, at);
  }
  return account.handle;
}

async function viewers(login: string, args: string): Promise<Series> {
  const { data, errors } = await ask(
    app,
    `{ channel(login: "${login}") { viewers${args} { starts values } } }`,
  );
  expect(errors).toBeUndefined();
  return data.channel.viewers;
}

/** The mean of the readings in each bucket, one reading after the other. */
function recounted({ starts }: Series, readings: readonly Reading[], from: number, to: number) {
  const begins = starts.map((start) => Date.parse(start));
  return begins.map((start, index) => {
    const end = begins[index + 1] ?? Number.POSITIVE_INFINITY;
    const inside = readings.filter(({ at }) => at >= Math.max(start, from) && at < Math.min(end, to));
    if (inside.length === 0) return null;
    return inside.reduce((sum, reading) => sum + reading.viewers, 0) / inside.length;
  });
}

test('equals the mean of the readings of each bucket, in every interval, range and zone', async () => {
  // Around the night of 28 March 2027, when Berlin's clocks go from 2 to 3, with hours offline between.
  const first = Date.UTC(2027, 2, 27, 12);
  let at = first;
  const readings = Array.from({ length: 250 }, () => {
    at += minute + Math.floor(Math.random() * 20_000) + (Math.random() < 0.05 ? 3 * hour : 0);
    return { at, viewers: Math.floor(Math.random() * 100_000) };
  });
  const login = await aChannel(readings);
  const last = at;
  for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kathmandu']) {
    for (const interval of ['MINUTE', 'HOUR', 'DAY', 'MONTH']) {
      const all = await viewers(login, `(interval: ${interval}, timeZone: "${zone}")`);
      const note = `${interval} in ${zone}`;
      expect(all.values, note).toEqual(recounted(all, readings, first, last + 1));
      expect(Date.parse(all.starts[0] ?? ''), note).toBeLessThanOrEqual(readings[0]?.at ?? 0);
      const [from, to] = [first + 5 * hour + 7_777, last - 2 * hour - 3_333];
      const range = `range: { from: "${new Date(from).toISOString()}", to: "${new Date(to).toISOString()}" }`;
      const part = await viewers(login, `(interval: ${interval}, timeZone: "${zone}", ${range})`);
      expect(part.values, note).toEqual(recounted(part, readings, from, to));
    }
  }
});

test('is null in a bucket without a reading, and never carried on', async () => {
  const noon = Date.UTC(2026, 5, 1, 12);
  const login = await aChannel([
    { at: noon + 5_000, viewers: 10 },
    { at: noon + 50_000, viewers: 13 },
    { at: noon + 4 * minute, viewers: 0 },
  ]);
  expect((await viewers(login, '')).values).toEqual([11.5, null, null, null, 0]);
  const range = 'range: { from: "2026-06-01T11:58:00Z", to: "2026-06-01T12:07:00Z" }';
  expect((await viewers(login, `(${range})`)).values).toEqual([
    null,
    null,
    11.5,
    null,
    null,
    null,
    0,
    null,
    null,
  ]);
});

test('is empty for a channel that was never read', async () => {
  const login = await aChannel([]);
  expect(await viewers(login, '')).toEqual({ starts: [], values: [] });
  const range = 'range: { from: "2026-06-01T11:58:00Z", to: "2026-06-01T12:00:00Z" }';
  expect((await viewers(login, `(${range})`)).values).toEqual([null, null]);
});
