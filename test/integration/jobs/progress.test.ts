import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { openJobs } from '../../support/worker.ts';
import { program } from '../../support/program.ts';

const db = await openStore();
const { folder } = await openJobs(db);
const terminal = ['--import', 'data:text/javascript,process.stderr.isTTY = true'];
const account = anAccount();
const payload = (id_str: string) =>
  JSON.stringify({
    id_str,
    full_text: 'hello',
    tweet_created_at: '2025-03-01T10:00:00.000000Z',
    user: { id_str: account.platformId, screen_name: account.handle },
  });
const posts = ['1001', '1002'].map((id) => aPost(account, { platformId: id, raw: payload(id) }));
await savePosts(db, account, posts, { provider: 'SOCIALDATA' });

/** The output of a command besides its result, with a terminal or without. */
function progressOf(nodeFlags: readonly string[], ...args: readonly string[]): Promise<string> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LARKSTAT_DATA: folder, DATABASE_URL: db.url };
  return new Promise((done, failed) => {
    execFile(process.execPath, [...nodeFlags, program, ...args], { env }, (error, _stdout, stderr) =>
      error ? failed(error) : done(stderr),
    );
  });
}

test.each([
  ['verify', '100% | 1/1 streams'],
  ['rebuild', '100% | 2/2 posts'],
])('%s shows a bar on a terminal, and shows the cursor again afterwards', async (command, end) => {
  const shown = await progressOf(terminal, command);
  expect(shown).toMatch(/100% .* Done/);
  expect(shown).toContain(end);
  expect(shown.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.lastIndexOf('\u001b[?25l'));
});

test.each(['verify', 'rebuild'])('%s shows none elsewhere, nor with --json', async (command) => {
  expect(await progressOf([], command)).toBe('');
  expect(await progressOf(terminal, command, '--json')).toBe('');
});
