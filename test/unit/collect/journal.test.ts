import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../src/collect/entry.ts';
import { Journal } from '../../../src/collect/journal.ts';
import { afterwards } from '../../support/afterwards.ts';
import { quiet } from '../../support/worker.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-journal-'));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const open = (root: string, maxBytes = 1_000_000) => new Journal({ root, maxBytes, gatherMs: 0, log: quiet });

const entry = (streamId: number, line: string): Entry => ({ streamId, provider: 'TWITCH_IRC', at: 5, line });

/** The pid of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

async function takeAll(journal: Journal): Promise<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const segment = await journal.take();
    if (segment === null) return lines;
    lines.push(...segment.entries.map(({ streamId, line }) => `${streamId} ${line}`));
    await journal.release(segment);
  }
}

describe('the journal of chat', () => {
  test('gives lines back in the order in which they came, until they are released', async () => {
    const journal = open(await newFolder());
    journal.append(entry(1, 'one'));
    journal.append(entry(2, '@a=\\s :é😂 two  '));
    await Promise.resolve();
    const segment = await journal.take();
    expect(segment?.entries).toEqual([entry(1, 'one'), entry(2, '@a=\\s :é😂 two  ')]);
    journal.append(entry(1, 'three'));
    await Promise.resolve();
    journal.putBack();
    expect((await journal.take())?.entries.map(({ line }) => line)).toEqual([
      'one',
      '@a=\\s :é😂 two  ',
      'three',
    ]);
    expect(await journal.take()).toBeNull();
    if (segment !== null) await journal.release(segment);
    journal.putBack();
    expect(await takeAll(journal)).toEqual(['1 three']);
    expect(journal.bytes).toBe(0);
  });

  test('gives the next lines while those before are not released', async () => {
    const journal = open(await newFolder());
    const segments: (string | undefined)[] = [];
    for (const line of ['one', 'two']) {
      journal.append(entry(1, line));
      await Promise.resolve();
      segments.push((await journal.take())?.entries.map((each) => each.line).join());
    }
    expect(segments).toEqual(['one', 'two']);
    journal.putBack();
    expect(await takeAll(journal)).toEqual(['1 one', '1 two']);
  });

  test('drops and counts lines beyond the disk limit, and takes lines again when there is room', async () => {
    const journal = open(await newFolder(), 1_000);
    for (let n = 0; n < 100; n++) {
      journal.append(entry(n % 2, 'x'.repeat(50)));
      await Promise.resolve();
    }
    const kept = (await takeAll(journal)).length;
    const dropped = journal.takeDropped();
    expect(kept).toBeGreaterThan(5);
    expect(kept + (dropped.get(0) ?? 0) + (dropped.get(1) ?? 0)).toBe(100);
    expect(journal.takeDropped().size).toBe(0);
    journal.append(entry(1, 'again'));
    await Promise.resolve();
    expect(await takeAll(journal)).toEqual(['1 again']);
  });

  test('takes over the lines of an ended process, without a truncated last line', async () => {
    const root = await newFolder();
    const left = join(root, `${deadPid()}-4d6c`);
    await mkdir(left);
    await writeFile(join(left, '000000000001.chat'), '1 TWITCH_IRC 5 b\n1 TWITCH_IRC 5 cut');
    await writeFile(join(left, '000000000000.chat'), '1 TWITCH_IRC 5 a\nno entry\n');
    const journal = open(root);
    journal.append(entry(1, 'c'));
    journal.cut();
    expect(await journal.adopt()).toBe(2);
    expect(await takeAll(journal)).toEqual(['1 a', '1 b', '1 c']);
    expect(await journal.adopt()).toBe(0);
  });

  test('takes nothing from a process that runs, or from this one', async () => {
    const root = await newFolder();
    const theirs = join(root, `${process.ppid}-4d6c`);
    await mkdir(theirs);
    await writeFile(join(theirs, '000000000000.chat'), '1 TWITCH_IRC 5 a\n');
    const [one, other] = [open(root), open(root)];
    one.append(entry(1, 'mine'));
    one.cut();
    expect(await other.adopt()).toBe(0);
    expect(await takeAll(one)).toEqual(['1 mine']);
    expect(await readdir(theirs)).toHaveLength(1);
  });

  test('is taken over only once when two processes try', async () => {
    const root = await newFolder();
    const left = join(root, `${deadPid()}-4d6c`);
    await mkdir(left);
    await writeFile(join(left, '000000000000.chat'), '1 TWITCH_IRC 5 a\n');
    const [one, other] = [open(root), open(root)];
    expect((await Promise.all([one.adopt(), other.adopt()])).sort()).toEqual([0, 1]);
    expect([...(await takeAll(one)), ...(await takeAll(other))]).toEqual(['1 a']);
  });

  test('makes no folder before there is something to keep', async () => {
    const root = join(await newFolder(), 'chat');
    const journal = open(root);
    expect(await journal.adopt()).toBe(0);
    expect(await journal.take()).toBeNull();
    expect(existsSync(root)).toBe(false);
    journal.append(entry(1, 'first'));
    journal.cut();
    expect(await takeAll(journal)).toEqual(['1 first']);
  });

  test('leaves waiting lines to the next process when it is closed', async () => {
    const root = await newFolder();
    const journal = open(root);
    journal.append(entry(1, 'left'));
    journal.close();
    const next = open(root);
    await next.adopt();
    expect(await takeAll(next)).toEqual(['1 left']);
  });
});
