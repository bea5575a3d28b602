import type { Command } from 'commander';
import type { exportCommand } from '../export.ts';
import type { moments } from '../moments.ts';
import type { Output } from '../output.ts';
import { command, instant, number } from './command.ts';

/** Commands that show or export one account, channel or topic. */
export function addStreamCommands(program: Command, env: NodeJS.ProcessEnv): void {
  program.commandsGroup('Look at one account or channel:');

  command(program, 'stats <handle>', 'Show the main numbers of an account, or of a channel on Twitch', [
    'stats nasa --time-zone America/New_York',
    'stats nasa --json',
  ])
    .option('--time-zone <zone>', 'whose days and hours', 'UTC')
    .action(async (handle: string, options: Output & { timeZone: string }) =>
      (await import('../stats.ts')).stats(env, handle, options),
    );

  command(
    program,
    'moments <login>',
    "Show when a Twitch channel's chat was far busier than usual, and what it was about",
    ['moments forsen', 'moments forsen --from 2026-01-31T18:00:00Z --to 2026-02-01 --chapters'],
  )
    .option('--k <n>', 'how many of the strongest, 1 to 200', number, 10)
    .option(
      '--from <instant>',
      'only then or later: an instant, or a day (UTC); chapters count from it',
      instant,
    )
    .option('--to <instant>', 'only before: an instant, or a day (UTC)', instant)
    .option('--chapters', 'as chapter marks, H:MM:SS and a title each, from --from or the first message on')
    .action(async (login: string, options: Parameters<typeof moments>[2]) =>
      (await import('../moments.ts')).moments(env, login, options),
    );

  command(
    program,
    'export <handle-or-topic>',
    'Write all posts of an account or a topic to a file or to standard output, as they are at one moment',
    [
      'export nasa --out nasa.csv',
      'export nasa --format ndjson --from 2026-01-01 | gzip > nasa.ndjson.gz',
      'export "#opendata lang:en" --out opendata.parquet --pseudonymous',
    ],
  )
    .option('--format <format>', "json, ndjson, csv or parquet; default: as the file's name ends")
    .option(
      '--out <file>',
      'the file, which takes the place of one of its name when it is whole; default: standard output',
    )
    .option('--from <instant>', 'posts from then on: an instant, or a day (UTC) from its start', instant)
    .option('--to <instant>', 'posts before then: an instant, or a day (UTC) until its start', instant)
    .option(
      '--pseudonymous',
      'replace handles, names and ids by pseudonyms that nobody can compute again; the texts stay: see docs/export.md',
    )
    .action(async (name: string, options: Parameters<typeof exportCommand>[2]) =>
      (await import('../export.ts')).exportCommand(env, name, options),
    );
}
