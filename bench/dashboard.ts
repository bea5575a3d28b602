import postgres from 'postgres';
import { seedAccount, type SeededAccount } from './support/account.ts';
import { type Api, openApi } from './support/api.ts';
import { explainStatements } from './support/explain.ts';
import { count, type Finding, markdown, ms, type Run, tell, times } from './support/finding.ts';
import { type Asked, type Operation, readOperation, statsOf } from './support/operation.ts';
import { type PlainScope, plainSql } from './support/plain-sql.ts';
import { type BenchStore, openBenchStore } from './support/store.ts';
import { median, percentile, time } from './support/timings.ts';

const leastRatio = 10;
const yearMs = 365 * 86_400_000;

/** A dashboard's whole query, nothing cached, against one plain aggregate per stat over the posts. */
export async function dashboard(run: Run): Promise<readonly Finding[]> {
  const operation = await readOperation('dashboard');
  const store = await openBenchStore();
  try {
    const account = await seedAccount(store, run.quick ? 20_000 : 200_000);
    const findings: Finding[] = [];
    for (const range of [null, lastYearOf(account)]) {
      for (const timeZone of ['UTC', 'America/New_York']) {
        findings.push(await compare({ run, store, account, operation, range, timeZone }));
      }
    }
    return findings;
  } finally {
    await store.close();
  }
}

type Range = { readonly from: string; readonly to: string };

/** The second last year of the account: its ends are nothing special. */
function lastYearOf({ endingAt }: SeededAccount): Range {
  const to = endingAt - yearMs - 1_234_567;
  return { from: new Date(to - yearMs).toISOString(), to: new Date(to).toISOString() };
}

type Case = {
  readonly run: Run;
  readonly store: BenchStore;
  readonly account: SeededAccount;
  readonly operation: Operation;
  readonly range: Range | null;
  readonly timeZone: string;
};

async function compare(work: Case): Promise<Finding> {
  const { run, store, account, operation, range, timeZone } = work;
  const what = `dashboard, ${range === null ? 'all time' : 'one year'}, ${timeZone}`;
  tell(what);
  const api = await openApi(store.db);
  const variables = { handle: account.handle, range, timeZone };
  const whole = await time(() => api.ask(operation.text, variables), {
    runs: 20,
    warmUps: 3,
    before: () => api.forget(account.streamId),
  });
  const stats = statsOf(operation, variables);
  const floors = await timePlain(store, stats, {
    streamId: account.streamId,
    timeZone,
    from: range?.from ?? null,
    to: range?.to ?? null,
  });
  const alone = await timeAlone(api, account, stats, variables);
  process.stdout.write(`\n${what}\n\n${statTable(stats, alone, floors)}\n`);
  if (run.explain) await explainStats(store, what, stats, variables);
  const floor = [...floors.values()].reduce((sum, value) => sum + value, 0);
  const ratio = floor / median(whole);
  return {
    part: 'dashboard',
    what,
    size: `${count(account.posts)} posts, ${stats.length} stats`,
    figure: `${ms(median(whole))} (p95 ${ms(percentile(whole, 0.95))})`,
    floor: `${ms(floor)} for ${floors.size} plain statements`,
    ratio: times(ratio),
    target: `>= ${leastRatio}×`,
    met: ratio >= leastRatio,
  };
}

/** Median of each stat's plain statement, one after the other on one connection. */
async function timePlain(
  store: BenchStore,
  stats: readonly Asked[],
  scope: PlainScope,
): Promise<ReadonlyMap<string, number>> {
  const connection = postgres(store.url, { max: 1, onnotice: () => {} });
  const medians = new Map<string, number>();
  try {
    for (const asked of stats) {
      const statement = plainSql(asked, scope);
      if (statement === null) continue;
      const timings = await time(() => connection.unsafe(statement), { runs: 5, warmUps: 1 });
      medians.set(asked.name, median(timings));
    }
  } finally {
    await connection.end();
  }
  return medians;
}

async function timeAlone(
  api: Api,
  account: SeededAccount,
  stats: readonly Asked[],
  variables: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, number>> {
  const medians = new Map<string, number>();
  for (const asked of stats) {
    const timings = await time(() => api.ask(asked.alone, known(asked, variables)), {
      runs: 10,
      warmUps: 2,
      before: () => api.forget(account.streamId),
    });
    medians.set(asked.name, median(timings));
  }
  return medians;
}

const known = ({ variables: names }: Asked, variables: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(names.map((name) => [name, variables[name]]));

function statTable(
  stats: readonly Asked[],
  ours: ReadonlyMap<string, number>,
  floors: ReadonlyMap<string, number>,
): string {
  const rows = stats.map(({ name }) => {
    const [own = Number.NaN, floor] = [ours.get(name), floors.get(name)];
    return [name, ms(own), floor === undefined ? '' : ms(floor), floor ? times(floor / own) : ''];
  });
  return markdown(['stat alone', 'larkstat', 'plain SQL', 'ratio'], rows);
}

async function explainStats(
  store: BenchStore,
  what: string,
  stats: readonly Asked[],
  variables: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const asked of stats) {
    await explainStatements(`${what}: ${asked.name}`, store.url, async (db) =>
      (await openApi(db)).ask(asked.alone, known(asked, variables)),
    );
  }
}
