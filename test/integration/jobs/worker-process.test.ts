import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { childFlags } from '../../../src/worker-flags.ts';
import { startWorkerProcess } from '../../../src/worker-process.ts';

const node = process.execPath;
afterEach(() => {
  process.execPath = node;
});

test.each<[string, () => Record<string, string>]>([
  [
    'says so later',
    () => {
      process.execPath = '/no/such/node';
      return {};
    },
  ],
  // More than a process can receive.
  ['throws', () => ({ LARGE: 'x'.repeat(4_000_000) })],
])('a job process that cannot be started because fork %s is tried again', async (_, spoil) => {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const worker = startWorkerProcess(spoil(), 'postgres://localhost/none', log);
  const failures = () => lines.filter((line) => line.includes('could not be started')).length;
  await expect.poll(failures).toBeGreaterThanOrEqual(2);
  await worker.close();
  expect(lines).toHaveLength(failures());
});

test('a debugger is not attached to the job process as well', () => {
  const given = ['--import', 'tsx', '--inspect', '--inspect-brk=9230', '--inspect-port=0', '--no-warnings'];
  expect(childFlags(given).slice(0, 3)).toEqual(['--import', 'tsx', '--no-warnings']);
  expect(childFlags(given).join(' ')).not.toContain('inspect');
});
