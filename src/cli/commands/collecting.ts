import type { Command } from 'commander';
import type { fetchAccount, fetchTopic } from '../fetch.ts';
import type { seed } from '../ingest.ts';
import type { track } from '../track.ts';
import type { Output } from '../output.ts';
import { syntheticDefaults } from '../../providers/synthetic/options.ts';
import { command, instant, number } from './command.ts';

const providerOption = [
  '--provider <provider>',
  'the only one to ask: X_API, SOCIALDATA or X_SCRAPER; default: each that is configured, in order',
] as const;
const quoteOption = [
  '--quote',
  'only show what it would take by each configured provider; looks up the profile of an unknown account',
] as const;
const limitOption = ['--limit <n>', 'posts at most, 1 to 100,000', number] as const;

/** Commands that bring posts into the store. */
export function addCollectingCommands(program: Command, env: NodeJS.ProcessEnv): void {
  program.commandsGroup('Collect:');

  command(
    program,
    'import <path>',
    'Import an X archive (a zip, an unpacked folder, or its tweets.js) or the log of a Twitch chat',
    [
      'import twitter-2026-11-01.zip',
      'import tweets.js --handle ada',
      'import chat.json',
      'import chat.log.gz --handle forsen',
      'import twitter-2026-11-01.zip --remove-gone',
    ],
  )
    .option('--handle <handle>', 'the account or the channel, when the file does not name it')
    .option(
      '--remove-gone',
      'remove stored posts that the archive, when it is whole, no longer has; without it they are only counted',
    )
    .action(async (path: string, options: Output & { handle?: string; removeGone?: boolean }) =>
      (await import('../ingest.ts')).importPath(env, path, options),
    );

  command(program, 'fetch <handle>', "Fetch an account's new posts from X", [
    'fetch nasa --quote',
    'fetch nasa --limit 500',
    'fetch nasa --refresh recent',
  ])
    .option('--full', 'walk back to the beginning, or as far as the provider lets one')
    .option(
      '--refresh <which>',
      'stored posts whose figures are asked for again: due (default), recent (of the last 7 days) or all, which also removes those that X no longer has',
    )
    .option(...limitOption)
    .option(...providerOption)
    .option(...quoteOption)
    .action(async (handle: string, options: Parameters<typeof fetchAccount>[2]) =>
      (await import('../fetch.ts')).fetchAccount(env, handle, options),
    );

  command(program, 'topic <query>', 'Fetch posts that match a search on X', [
    'topic "#opendata lang:en" --limit 200',
  ])
    .option(...limitOption)
    .option(...providerOption)
    .option(...quoteOption)
    .action(async (query: string, options: Parameters<typeof fetchTopic>[2]) =>
      (await import('../fetch.ts')).fetchTopic(env, query, options),
    );

  command(
    program,
    'collect <login...>',
    'Collect the chat of channels on Twitch as it happens, and show the progress; needs no credentials',
    ['collect shroud', 'collect forsen pokimane summit1g'],
  ).action(async (logins: readonly string[], options: Output) =>
    (await import('../collect.ts')).collectCommand(env, logins, options),
  );

  command(
    program,
    'track <handle-or-topic> [every]',
    'Refresh an account or a topic on a schedule, e.g. every PT1H',
    ['track nasa PT1H', 'track nasa --off'],
  )
    .option('--off', 'stop it')
    .action(async (name: string, every: string | undefined, options: Parameters<typeof track>[3]) =>
      (await import('../track.ts')).track(env, name, every, options),
    );

  command(program, 'seed', 'Make up accounts with posts, the same ones for the same options', [
    'seed --users 3 --posts 20000',
    'seed --seed 7 --ending-at 2026-11-01',
  ])
    .option('--users <n>', 'accounts', number, syntheticDefaults.users)
    .option('--posts <n>', 'posts in all', number, syntheticDefaults.posts)
    .option('--hashtags <n>', 'hashtags in use', number, syntheticDefaults.hashtags)
    .option('--seed <n>', 'another seed makes other accounts', number, syntheticDefaults.seed)
    .option(
      '--ending-at <instant>',
      'the newest instant in the data, or a day (UTC) at whose start it ends; default: the last midnight, UTC',
      instant,
    )
    .action(async (options: Output & Parameters<typeof seed>[1]) =>
      (await import('../ingest.ts')).seed(env, options),
    );

  command(
    program,
    'refresh',
    'Make fresh posts, up to now, by the made-up accounts of the store: the demo, or what `seed` made',
    ['refresh --posts 500'],
  )
    .option('--posts <n>', 'posts in all', number, 500)
    .action(async (options: Output & { posts: number }) =>
      (await import('../ingest.ts')).refresh(env, options),
    );
}
