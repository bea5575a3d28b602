import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { program } from '../support/program.ts';

const folder = await mkdtemp(join(tmpdir(), 'larkstat-usage-'));

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command to its end, without a server. */
function larkstat(...args: readonly string[]) {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LARKSTAT_DATA: join(folder, 'data') };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe('a usage mistake', () => {
  test.each([
    [['jobs', '--bogus'], "unknown option '--bogus'"],
    [['jobs', '--sate', 'x'], "unknown option '--sate' (Did you mean --state?)"],
    [['job'], "unknown command 'job' (Did you mean jobs?)"],
    [['demo', 'revome'], "unknown command 'revome' (Did you mean remove?)"],
    [['stats'], "missing required argument 'handle'"],
    [
      ['fetch', 'nasa', '--limit', 'ten'],
      "option '--limit <n>' argument 'ten' is invalid. A whole number is expected.",
    ],
  ])('%j is one line like any other failure', async (args, message) => {
    const [text, json] = await Promise.all([larkstat(...args), larkstat(...args, '--json')]);
    expect(text).toEqual({ code: 1, stdout: '', stderr: `larkstat: ${message}\n` });
    expect(json).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual({ error: { code: 'BAD_INPUT', message } });
  });

  test('of help lists the existing commands', async () => {
    const { code, stdout, stderr } = await larkstat('help', 'nope');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^larkstat: .*'nope' is invalid.*serve, worker, .*\n$/);
  });
});

test('help and version end with success', async () => {
  const [all, one, flag, version] = await Promise.all(
    [['help'], ['help', 'jobs'], ['jobs', '--help'], ['--version']].map((args) => larkstat(...args)),
  );
  expect(all).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('demo') });
  expect(one).toEqual(flag);
  expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('--state') });
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

describe('seed refuses, before it opens a store or makes a job,', () => {
  test.each([
    [['--ending-at', '2026-02-30'], /2026-02-30.* is invalid\. An instant or a day is expected/],
    [['--ending-at', '2026-02-30T10:00:00Z'], /is invalid/],
    [['--ending-at', '2026-02-28T10:00'], /is invalid/],
    [['--ending-at', '1990-02-28'], /^larkstat: Invalid endingAt/],
    [['--ending-at', '1990-02-28T10:00:00+05:30'], /^larkstat: Invalid endingAt/],
    [['--users', '0'], /^larkstat: Invalid users: .* from 1 to 1000000 is allowed, got 0$/],
    [['--posts', '-1'], /^larkstat: Invalid posts/],
    [['--hashtags', '100001'], /^larkstat: Invalid hashtags/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await larkstat('seed', ...args);
    expect(code).toBe(1);
    expect(stderr.trimEnd()).toMatch(message);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });
});
