import type { Command } from 'commander';
import type { restore } from '../backup.ts';
import type { distribute } from '../distribute.ts';
import type { optOut } from '../opt-out.ts';
import type { remove } from '../remove.ts';
import type { retention } from '../retention.ts';
import type { Output } from '../output.ts';
import { command, number } from './command.ts';

/** Commands that check, repair, back up and clean the store. */
export function addStoreCommands(program: Command, env: NodeJS.ProcessEnv): void {
  program.commandsGroup('Keep the store:');

  command(
    program,
    'verify [handle-or-topic]',
    'Count everything again and report each rollup that differs from the posts',
  ).action(async (name: string | undefined, options: Output) =>
    (await import('../maintain.ts')).verify(env, name, options),
  );

  command(
    program,
    'rebuild [handle-or-topic]',
    'Derive everything again from what was collected: terms, sentiment, rollups',
  ).action(async (name: string | undefined, options: Output) =>
    (await import('../maintain.ts')).rebuild(env, name, options),
  );

  command(
    program,
    'backup <file>',
    'Copy the whole store into one file, beside a running server; replaces a file of that name when it is whole',
    ['backup larkstat-backup.zip'],
  ).action(async (file: string, options: Output) =>
    (await import('../backup.ts')).backup(env, file, options),
  );

  command(
    program,
    'restore <file>',
    'Make the store what a backup says, or change nothing; servers and workers have to be stopped',
    ['restore larkstat-backup.zip'],
  )
    .option('--replace', 'first remove everything that the store holds now')
    .action(async (file: string, options: Parameters<typeof restore>[2]) =>
      (await import('../backup.ts')).restore(env, file, options),
    );

  command(
    program,
    'distribute',
    'Spread the streams over the nodes of a Citus cluster, whose coordinator DATABASE_URL names; servers and workers have to be stopped',
    ['distribute --dry-run', 'distribute --shards 64'],
  )
    .option('--shards <count>', 'into how many parts each table is cut, for good', number, 32)
    .option('--dry-run', 'only show what would be done')
    .action(async (options: Parameters<typeof distribute>[1]) =>
      (await import('../distribute.ts')).distribute(env, options),
    );

  command(
    program,
    'retention',
    'Remove posts older than RETENTION_POSTS and payloads older than RETENTION_RAW, as workers do once a day',
    ['retention --dry-run'],
  )
    .option('--dry-run', 'only show what would go')
    .action(async (options: Parameters<typeof retention>[1]) =>
      (await import('../retention.ts')).retention(env, options),
    );

  command(
    program,
    'remove <handle-or-topic>',
    'Erase an account or a topic with all that was collected of it',
  )
    .option('--yes', 'do not ask')
    .action(async (name: string, options: Parameters<typeof remove>[2]) =>
      (await import('../remove.ts')).remove(env, name, options),
    );

  command(
    program,
    'opt-out [login]',
    'Remove a Twitch chatter, or a channel, with all that was collected, and store nothing more of them; without a login list who opted out',
    ['opt-out somebody', 'opt-out forsen --channel', 'opt-out somebody --undo'],
  )
    .option('--channel', 'the channel of that login, not the chatter')
    .option('--undo', 'take the opt-out back: they count again from now on')
    .action(async (login: string | undefined, options: Parameters<typeof optOut>[2]) =>
      (await import('../opt-out.ts')).optOut(env, login, options),
    );

  const demo = program
    .command('demo')
    .helpCommand(false)
    .description('The made-up accounts of the first start');
  command(demo, 'remove', 'Erase the demo accounts').action(async (options: Output) =>
    (await import('../maintain.ts')).demoRemove(env, options),
  );
}
