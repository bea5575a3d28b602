import type { Command } from 'commander';
import type { jobs } from '../jobs.ts';
import type { Output } from '../output.ts';
import { command } from './command.ts';

/** Commands that show, cancel and retry jobs. */
export function addJobCommands(program: Command, env: NodeJS.ProcessEnv): void {
  program.commandsGroup('Jobs:');

  command(program, 'jobs [job]', 'Show the newest jobs, or one', ['jobs --state FAILED', 'jobs 4f1c2a9e'])
    .option('--state <state>', 'those in this state: QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED')
    .addHelpText(
      'after',
      '\nThe first characters of an id will do for jobs, cancel and retry. The API takes the id of --json.',
    )
    .action(async (id: string | undefined, options: Parameters<typeof jobs>[2]) =>
      (await import('../jobs.ts')).jobs(env, id, options),
    );

  command(program, 'cancel <job>', 'Stop a job that waits or runs; what it has written stays').action(
    async (id: string, options: Output) => (await import('../jobs.ts')).cancel(env, id, options),
  );

  command(
    program,
    'retry <job>',
    'Put a failed or cancelled job back in the queue, to continue where it stopped, and follow it',
  ).action(async (id: string, options: Output) => (await import('../jobs.ts')).retry(env, id, options));
}
