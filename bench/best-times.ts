import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSource } from '../src/providers/x-archive/open-source.ts';
import { defaultUnpackLimits } from '../src/providers/x-archive/unpack-limits.ts';
import {
  type RealAccount,
  realAccounts,
  realArchives,
  toFigured,
  type Tweet,
} from '../test/support/real-tweets.ts';
import { slotFigures } from '../test/support/slot-figures.ts';
import { backTest, type Prediction } from './support/back-test.ts';
import { count, type Finding, markdown, type Run, report } from './support/finding.ts';
import { byLift, plainMeans, type Rated, robust, slotOf } from './support/posting-slots.ts';
import { removals } from './support/removals.ts';

/** Back-tests best times on real accounts, against plain means and against no information. */
export async function bestTimes(run: Run): Promise<readonly Finding[]> {
  if (run.realData === null) {
    return [{ part: 'best-times', what: 'back-test', size: '', figure: 'skipped: no REAL_DATA' }];
  }
  const archives = [...realArchives(run.realData), ...(await cogdog(run.realData))];
  const trump = realAccounts(run.realData, 'trump-2009-2016.jsonl.gz', 'trump-2009-2016');
  const congress = realAccounts(run.realData, 'congress-2016-tweets.jsonl.gz', null);
  const single = [...archives, ...trump].filter(({ posts }) => posts.length > 0);
  process.stdout.write(`\n${topTable(single)}\n\n${removalTable(run, single)}\n`);
  return [...single.map((account) => [account]), congress].map((accounts) => backTestFinding(accounts));
}

/** A big archive in the old format, with counts from 2016 on. */
async function cogdog(folder: string): Promise<readonly RealAccount[]> {
  const path = join(folder, 'x-archive-grailbird/cogdog.zip');
  if (!existsSync(path)) return [];
  const source = await openSource(path, { limits: defaultUnpackLimits });
  const tweets = new Map<string, Tweet>();
  try {
    for (const file of source.files) {
      if (!/(?:^|\/)tweets\/\d{4}_\d{2}\.js$/.test(file.path)) continue;
      const chunks: Buffer[] = [];
      for await (const chunk of file.read()) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString('utf8');
      const list = JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1)) as (Tweet & {
        id_str: string;
      })[];
      for (const tweet of list) tweets.set(tweet.id_str, tweet);
    }
  } finally {
    await source.close();
  }
  return [{ name: 'cogdog', posts: toFigured([...tweets.values()]) }];
}

function backTestFinding(accounts: readonly RealAccount[]): Finding {
  const name = accounts.length === 1 ? (accounts[0]?.name ?? '') : `${accounts.length} of the US Congress`;
  report(name);
  const posts = accounts.reduce((sum, account) => sum + account.posts.length, 0);
  const tested = (rate: typeof robust) => meanOfAll(accounts.map((account) => backTest(account.posts, rate)));
  return {
    part: 'best-times',
    what: `${name}: rank of the first five hours, error taken away`,
    size: `${count(posts)} posts`,
    figure: `${describe(tested(robust))}; by lift alone ${describe(tested(byLift))}`,
    floor: `plain means ${describe(tested(plainMeans))}; no information 0.0 points, 0.0 %`,
  };
}

/** The mean over accounts with enough posts; ranks are weighted by posts. */
function meanOfAll(results: readonly (Prediction | null)[]): Prediction | null {
  const found = results.filter((result) => result !== null);
  if (found.length === 0) return null;
  const posts = found.reduce((sum, result) => sum + result.posts, 0);
  const rank = found.reduce((sum, result) => sum + result.rank * result.posts, 0) / Math.max(posts, 1);
  return { rank, posts, error: found.reduce((sum, result) => sum + result.error, 0) / found.length };
}

const describe = (result: Prediction | null) =>
  result === null
    ? 'too few posts'
    : `${(result.rank * 100).toFixed(1)} points (${count(result.posts)} posts), ${(result.error * 100).toFixed(1)} %`;

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** The first slot of each method, and its lift without its best post. */
function topTable(accounts: readonly RealAccount[]): string {
  const row = ({ posts }: RealAccount, rate: typeof robust) => {
    const [first] = rate(posts);
    if (first === undefined) return 'none';
    const best = posts
      .filter(({ at }) => slotOf(at) === first.slot)
      .reduce((most, post) => (post.figure > most.figure ? post : most));
    const left = rate(posts.filter((post) => post !== best)).find(({ slot }) => slot === first.slot);
    return `${label(first)}, ${first.posts} posts; without its best post ×${left?.lift.toFixed(2) ?? '1'}`;
  };
  const rows = accounts.map((account) => [account.name, row(account, plainMeans), row(account, robust)]);
  return markdown(['account', 'plain means (0.1.0)', 'now'], rows);
}

function label({ slot, lift, low, high, enough }: Rated): string {
  const time = `${days[Math.floor(slot / 24)]} ${slot % 24}:00 ×${lift.toFixed(2)}`;
  if (low === undefined || high === undefined) return time;
  return `${time} (${low.toFixed(2)} to ${high.toFixed(2)}${enough ? ', enough' : ''})`;
}

function removalTable(run: Run, accounts: readonly RealAccount[]): string {
  const rows = accounts.map(({ name, posts }) => {
    const slots = robust(posts);
    const many = new Set(
      slotFigures(posts)
        .filter(({ quarters }) => quarters >= 20)
        .map(({ weekday, hour }) => (weekday - 1) * 24 + hour),
    );
    const tried = run.quick ? 30 : 300;
    const all = removals(posts, (list) => byLift(list).filter(({ slot }) => many.has(slot)), tried);
    const firm = removals(posts, (list) => robust(list).filter(({ enough }) => enough), tried);
    const share = (part: number) => `${((part / firm.tried) * 100).toFixed(1)} %`;
    const enough = slots.filter((slot) => slot.enough).length;
    return [
      name,
      String(many.size),
      share(all.moved),
      String(enough),
      share(firm.moved),
      share(firm.changed),
    ];
  });
  return markdown(
    [
      'account',
      'slots with 20 quarter-hours',
      'removals that move one by 2 or more',
      'slots with enough',
      'removals that move one by 2 or more',
      'removals that change which others have enough',
    ],
    rows,
  );
}
