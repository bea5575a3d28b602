#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander';
import { demoRemove, rebuild, verify } from './cli/maintain.ts';
import { importPath, seed } from './cli/ingest.ts';
import { fail, type Output } from './cli/output.ts';
import { providers } from './cli/providers.ts';
import { health, serve } from './cli/serve.ts';
import { stats } from './cli/stats.ts';
import { version } from './version.ts';

const program = new Command('larkstat')
  .description('Self-hosted social analytics: every number about an account, one GraphQL query away.')
  .version(version)
  .showHelpAfterError('(add --help for what is possible)');

/** A command with the options that all have. */
function command(parent: Command, nameAndArguments: string, description: string): Command {
  return parent
    .command(nameAndArguments)
    .description(description)
    .option('--json', 'print one JSON object instead of text for people');
}

function number(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('A whole number is expected.');
  return Number(text);
}

function instant(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError('An instant is expected, e.g. 2026-11-21T10:00:00Z.');
  return at;
}

command(program, 'serve', 'Start the server: store, job process, API and GraphiQL')
  .addHelpText(
    'after',
    '\nPORT, HOST, LARKSTAT_DATA, DATABASE_URL and others are read from the environment: see the README.',
  )
  .action((options: Output) => serve(process.env, options));

command(program, 'import <path>', 'Import an X archive: a zip, an unpacked folder, or its tweets.js')
  .option('--handle <handle>', 'whose posts these are, where the archive does not say')
  .action((path: string, options: Output & { handle?: string }) => importPath(process.env, path, options));

command(program, 'seed', 'Make up accounts with posts, the same ones for the same options')
  .option('--users <n>', 'accounts', number, 1_000)
  .option('--posts <n>', 'posts in all', number, 10_000)
  .option('--hashtags <n>', 'hashtags in use', number, 150)
  .option('--seed <n>', 'another seed makes other accounts', number, 1_337)
  .option('--ending-at <instant>', 'the newest instant in the data; default: the last midnight, UTC', instant)
  .action((options: Output & Parameters<typeof seed>[1]) => seed(process.env, options));

command(program, 'stats <handle>', 'Show the main numbers of an account')
  .option('--time-zone <zone>', 'whose days and hours', 'UTC')
  .action((handle: string, options: Output & { timeZone: string }) => stats(process.env, handle, options));

command(
  program,
  'verify [handle]',
  'Count everything again and report each rollup that differs from the posts',
).action((handle: string | undefined, options: Output) => verify(process.env, handle, options));

command(
  program,
  'rebuild [handle]',
  'Derive everything anew from what was collected: terms, sentiment, rollups',
).action((handle: string | undefined, options: Output) => rebuild(process.env, handle, options));

command(
  program,
  'providers',
  'Show where posts can be fetched from, what it has cost this month, and the budgets',
)
  .option('--test', 'look up one profile with each configured provider; paid for by its price list')
  .action((options: Output & { test?: boolean }) => providers(process.env, options));

command(program, 'health', 'Ask the running server whether it is ready').action((options: Output) =>
  health(process.env, options),
);

const demo = program.command('demo').description('The made-up accounts of the first start');
command(demo, 'remove', 'Erase the demo accounts').action((options: Output) =>
  demoRemove(process.env, options),
);

try {
  await program.parseAsync();
} catch (error) {
  fail(error, process.argv.includes('--json'));
}
