import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Argument, Command } from 'commander';
import { type Finding, type Findings, lineOf, type Run, table, report } from './support/finding.ts';
import { describe, loadWarning, machineFacts } from './support/machine.ts';
import { removeLeftovers } from './support/store.ts';

// A part is loaded at its turn, so that a broken part does not prevent the others.

const parts: Readonly<Record<string, (run: Run) => Promise<Findings>>> = {
  import: async (run) => (await import('./import.ts')).importArchives(run),
  dashboard: async (run) => (await import('./dashboard.ts')).dashboard(run),
  'dashboard-page': async (run) => (await import('./dashboard-page.ts')).dashboardPage(run),
  scrolling: async (run) => (await import('./scrolling.ts')).scrolling(run),
  'chat-feed': async (run) => (await import('./chat-feed.ts')).chatFeed(run),
  'live-page': async (run) => (await import('./live-page.ts')).livePage(run),
  growth: async (run) => (await import('./growth.ts')).growth(run),
  pages: async (run) => (await import('./pages.ts')).pages(run),
  enqueue: async (run) => (await import('./enqueue.ts')).enqueueing(run),
  cached: async (run) => (await import('./cached.ts')).cached(run),
  'small-writes': async (run) => (await import('./small-writes.ts')).smallWrites(run),
  fetch: async (run) => (await import('./fetch.ts')).fetching(run),
  'chat-stats': async (run) => (await import('./chat-stats.ts')).chatStats(run),
  collect: async (run) => (await import('./collect.ts')).collecting(run),
  serving: async (run) => (await import('./serving.ts')).serving(run),
  subscribers: async (run) => (await import('./subscribers.ts')).subscribers(run),
  hostile: async (run) => (await import('./hostile.ts')).hostile(run),
  execution: async (run) => (await import('./execution.ts')).execution(run),
  overload: async (run) => (await import('./overload.ts')).overload(run),
  startup: async (run) => (await import('./startup.ts')).startup(run),
  conversations: async (run) => (await import('./conversations.ts')).conversations(run),
  'best-times': async (run) => (await import('./best-times.ts')).bestTimes(run),
  trending: async (run) => (await import('./trending.ts')).trending(run),
  bursts: async (run) => (await import('./bursts.ts')).bursts(run),
  hashtags: async (run) => (await import('./hashtags.ts')).hashtags(run),
  enrich: async () => {
    // Prints its own figures when it is loaded.
    await import('./enrich.ts');
    return [];
  },
};

const program = new Command('npm run bench --')
  .description('Measures what larkstat costs, each figure beside a floor in the same run.')
  .addArgument(
    new Argument('[parts...]', 'what to measure; all where none is named').choices(Object.keys(parts)),
  )
  .option('--quick', 'with fewer posts and runs', false)
  .option('--explain', 'prints the plans of the queries', false)
  .option('--json <file>', 'writes the figures to a file as well')
  .addHelpText('after', '\nBENCH_STORE=<folder> keeps the large stores of most parts there, and reuses them.')
  .parse();
const positionals = program.args;
const flags = program.opts<{ quick: boolean; explain: boolean; json?: string }>();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    report('stopping');
    removeLeftovers();
    process.exit(130);
  });
}

const realData = process.env.REAL_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const run: Run = {
  quick: flags.quick,
  explain: flags.explain,
  realData: existsSync(realData) ? realData : null,
  keepStores: process.env.BENCH_STORE || null,
};
const machine = await machineFacts();
const warning = loadWarning(machine);
process.stdout.write(`${describe(machine)}\n${warning === null ? '' : `${warning}\n`}`);

const findings: Finding[] = [];
const failures: string[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  report(`== ${name}`);
  try {
    const found: Finding[] = [];
    for await (const finding of (await parts[name]?.(run)) ?? []) {
      // Printed immediately, since further findings may take minutes and the part may be interrupted.
      report(lineOf(finding));
      found.push(finding);
      findings.push(finding);
    }
    process.stdout.write(`\n${name}\n\n${found.length > 0 ? table(found) : '(prints its own)'}\n`);
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.stdout.write(`\n${name} FAILED: ${failures.at(-1)}\n`);
  }
}
removeLeftovers();

process.stdout.write(`\n${describe(machine)}\n${warning === null ? '' : `${warning}\n`}`);
if (run.quick) process.stdout.write('--quick: a tenth of the sizes; these figures say nothing\n');
process.stdout.write(`\n${table(findings)}\n`);
for (const failure of failures) process.stdout.write(`\nFAILED ${failure}\n`);
if (flags.json !== undefined)
  await writeFile(
    flags.json,
    `${JSON.stringify({ machine, quick: run.quick, findings, failures }, null, 2)}\n`,
  );
process.exitCode = failures.length > 0 ? 1 : 0;
