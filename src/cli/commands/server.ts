import type { Command } from 'commander';
import type { serve } from '../serve.ts';
import type { Output } from '../output.ts';
import { command, number } from './command.ts';

/** Commands that run the server and its parts. */
export function addServerCommands(program: Command, env: NodeJS.ProcessEnv): void {
  program.commandsGroup('Run:');

  command(program, 'serve', 'Start the server: store, job process, API, GraphiQL and dashboard')
    .option('--no-worker', 'no job process inside: `larkstat worker` runs one elsewhere')
    .option('--processes <n>', 'processes that answer requests, at the same port; default 1', number)
    .addHelpText(
      'after',
      '\nPORT, HOST, LARKSTAT_DATA, DATABASE_URL and others are read from the environment: see the README.',
    )
    .action(async (options: Parameters<typeof serve>[1]) =>
      (await import('../serve.ts')).serve(env, options),
    );

  command(program, 'worker', 'Run a job process without an API, until Ctrl-C').action(
    async (options: Output) => (await import('../worker.ts')).worker(env, options),
  );

  command(
    program,
    'migrate',
    "Bring the store to this version's schema; `serve` and `worker` do so too when they start",
  ).action(async (options: Output) => (await import('../maintain.ts')).migrateCommand(env, options));

  command(program, 'health', 'Ask the running server whether it is ready').action(async (options: Output) =>
    (await import('../health.ts')).health(env, options),
  );

  command(
    program,
    'providers',
    'Show where posts can be fetched from, what it has cost this month, and the budgets',
  )
    .option('--test', 'look up one profile with each configured provider; paid for by its price list')
    .action(async (options: Output & { test?: boolean }) =>
      (await import('../providers.ts')).providers(env, options),
    );
}
