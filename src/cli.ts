#!/usr/bin/env node
import { type Command, InvalidArgumentError } from 'commander';
import { Temporal } from 'temporal-polyfill';
import type { createAlertCommand } from './cli/alerts.ts';
import type { restore } from './cli/backup.ts';
import type { commentDepths, viralChains } from './cli/conversations.ts';
import type { exportCommand } from './cli/export.ts';
import type { fetchAccount, fetchTopic } from './cli/fetch.ts';
import type { hashtagNetwork } from './cli/hashtag-network.ts';
import type { fastestGrowing, recommend, topHashtags } from './cli/hashtags.ts';
import type { seed } from './cli/ingest.ts';
import type { jobs } from './cli/jobs.ts';
import type { createKeyCommand } from './cli/keys.ts';
import { fail, type Output, quietPipes } from './cli/output.ts';
import type { remove } from './cli/remove.ts';
import type { retention } from './cli/retention.ts';
import type { serve } from './cli/serve.ts';
import type { topUsers } from './cli/top-users.ts';
import type { track } from './cli/track.ts';
import type { moments } from './cli/moments.ts';
import type { optOut } from './cli/opt-out.ts';
import type { trending, trendingStatus } from './cli/trending.ts';
import { addHelp, createProgram } from './cli/usage.ts';
import { heedLauncher, heedSignals, stoppedExitCode } from './cli/stopped.ts';
import { syntheticDefaults } from './providers/synthetic/options.ts';
import { version } from './version.ts';

// Each command loads its own modules when it runs: help, and what only asks the store, do without the API's schema.
const program = createProgram('larkstat')
  .description('Self-hosted social analytics: every number about an account, one GraphQL query away.')
  .version(version);

/** A command with the options that all have. Its help ends with the examples, which can be typed as they stand. */
function command(
  parent: Command,
  nameAndArguments: string,
  description: string,
  examples: readonly string[] = [],
): Command {
  const made = parent
    .command(nameAndArguments)
    .description(description)
    .option('--json', 'print one JSON object instead of text for people');
  const lines = examples.map((example) => `  larkstat ${example}`);
  return lines.length === 0 ? made : made.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}

function number(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('A whole number is expected.');
  return Number(text);
}

const figure = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('A number is expected.');
  return Number(text);
};

/** Not Date's reading: that takes the 30th of February for the 2nd of March, and what has no offset for local time. */
function instant(text: string): number {
  try {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
    return Temporal.Instant.from(isDay ? `${text}T00:00Z` : text).epochMilliseconds;
  } catch {
    throw new InvalidArgumentError(
      'An instant or a day is expected, e.g. 2026-11-21T10:00:00Z or 2026-11-21.',
    );
  }
}

command(program, 'serve', 'Start the server: store, job process, API, GraphiQL and dashboard')
  .option('--no-worker', 'no job process inside: `larkstat worker` runs one elsewhere')
  .option('--processes <n>', 'processes that answer requests, at the same port; default 1', number)
  .addHelpText(
    'after',
    '\nPORT, HOST, LARKSTAT_DATA, DATABASE_URL and others are read from the environment: see the README.',
  )
  .action(async (options: Parameters<typeof serve>[1]) =>
    (await import('./cli/serve.ts')).serve(process.env, options),
  );

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
    (await import('./cli/ingest.ts')).importPath(process.env, path, options),
  );

const providerOption = [
  '--provider <provider>',
  'the only one to ask: X_API, SOCIALDATA or X_SCRAPER; default: each that is configured, in order',
] as const;
const quoteOption = [
  '--quote',
  'only show what it would take by each configured provider; looks up the profile of an unknown account',
] as const;
const limitOption = ['--limit <n>', 'posts at most, 1 to 100,000', number] as const;

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
    (await import('./cli/fetch.ts')).fetchAccount(process.env, handle, options),
  );

command(program, 'topic <query>', 'Fetch posts that match a search on X', [
  'topic "#opendata lang:en" --limit 200',
])
  .option(...limitOption)
  .option(...providerOption)
  .option(...quoteOption)
  .action(async (query: string, options: Parameters<typeof fetchTopic>[2]) =>
    (await import('./cli/fetch.ts')).fetchTopic(process.env, query, options),
  );

command(
  program,
  'collect <login...>',
  'Collect the chat of channels on Twitch as it happens, and show how it goes on; needs no credentials',
  ['collect shroud', 'collect forsen pokimane summit1g'],
).action(async (logins: readonly string[], options: Output) =>
  (await import('./cli/collect.ts')).collectCommand(process.env, logins, options),
);

command(
  program,
  'track <handle-or-topic> [every]',
  'Refresh an account or a topic on a schedule, e.g. every PT1H',
  ['track nasa PT1H', 'track nasa --off'],
)
  .option('--off', 'stop it')
  .action(async (name: string, every: string | undefined, options: Parameters<typeof track>[3]) =>
    (await import('./cli/track.ts')).track(process.env, name, every, options),
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
    (await import('./cli/ingest.ts')).seed(process.env, options),
  );

command(
  program,
  'refresh',
  'Make fresh posts, up to now, by the made-up accounts of the store: the demo, or what `seed` made',
  ['refresh --posts 500'],
)
  .option('--posts <n>', 'posts in all', number, 500)
  .action(async (options: Output & { posts: number }) =>
    (await import('./cli/ingest.ts')).refresh(process.env, options),
  );

command(program, 'stats <handle>', 'Show the main numbers of an account, or of a channel on Twitch', [
  'stats nasa --time-zone America/New_York',
  'stats nasa --json',
])
  .option('--time-zone <zone>', 'whose days and hours', 'UTC')
  .action(async (handle: string, options: Output & { timeZone: string }) =>
    (await import('./cli/stats.ts')).stats(process.env, handle, options),
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
    (await import('./cli/export.ts')).exportCommand(process.env, name, options),
  );

command(program, 'top-users', 'Show who wrote most of the posts of all streams, each post once', [
  'top-users --limit 10',
  'top-users --engaged-only --json',
])
  .option('--limit <n>', 'how many, 1 to 200', number, 10)
  .option('--engaged-only', 'leave out those whose posts had no engagement, or none that is known')
  .action(async (options: Parameters<typeof topUsers>[1]) =>
    (await import('./cli/top-users.ts')).topUsers(process.env, options),
  );

command(program, 'top-hashtags', 'Show the most used hashtags of all streams, each post once', [
  'top-hashtags --limit 20',
  'top-hashtags --by authors',
])
  .option('--limit <n>', 'how many, 1 to 200', number, 20)
  .option('--by <what>', 'posts, or authors: one who uses it often then counts once', 'posts')
  .action(async (options: Parameters<typeof topHashtags>[1]) =>
    (await import('./cli/hashtags.ts')).topHashtags(process.env, options),
  );

command(program, 'fastest-growing', 'Show the hashtags that are used more in the last hours than before', [
  'fastest-growing --hours 24 --limit 15',
])
  .option('--hours <n>', 'the last hours, and as many before; 1 to 2,160', number, 24)
  .option('--limit <n>', 'how many, 1 to 200', number, 15)
  .action(async (options: Parameters<typeof fastestGrowing>[1]) =>
    (await import('./cli/hashtags.ts')).fastestGrowing(process.env, options),
  );

command(program, 'recommend', 'Show the hashtags that go with one', [
  "recommend --hashtag '#opendata' --min-rate 0.1",
])
  .requiredOption('--hashtag <tag>', 'which one, with # or without')
  .option('--min-rate <share>', 'only those in at least so large a share of its posts, 0 to 1', figure, 0.1)
  .option('--limit <n>', 'how many, 1 to 200', number, 10)
  .action(async (options: Parameters<typeof recommend>[1]) =>
    (await import('./cli/hashtags.ts')).recommend(process.env, options),
  );

command(program, 'hashtag-network', 'Show which hashtags are used together, or write it for Gephi', [
  'hashtag-network --format gexf > hashtags.gexf',
  'hashtag-network --limit 100 --min-rate 0.3',
])
  .option('--format <format>', 'gexf or json, to standard output; default: a table of the strongest')
  .option('--limit <n>', 'hashtags, 1 to 200', number, 50)
  .option(
    '--min-rate <share>',
    'only pairs in at least so large a share of the rarer one, 0 to 1',
    figure,
    0.1,
  )
  .action(async (options: Parameters<typeof hashtagNetwork>[1]) =>
    (await import('./cli/hashtag-network.ts')).hashtagNetwork(process.env, options),
  );

const windowOption = [
  '--window <minutes>',
  'length of the window in minutes, 1 to 129,600',
  number,
  60,
] as const;

command(
  program,
  'moments <login>',
  "Show when a Twitch channel's chat went off its scale, and what it was about",
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
    (await import('./cli/moments.ts')).moments(process.env, login, options),
  );

command(program, 'trending', 'Show what trends over all streams in a window', [
  'trending --window 60 --k 10',
  'trending --window 1440 --order burst',
  'trending --kind word --sync',
])
  .option(...windowOption)
  .option('--k <n>', 'how many, 1 to 200', number, 10)
  .option(
    '--order <order>',
    'count (most posts), or burst (most above what is usual at these hours)',
    'count',
  )
  .option('--kind <kind>', 'hashtag, mention or word', 'hashtag')
  .option('--ending-at <instant>', 'where the window ends; default: now', instant)
  .option('--sync', 'first fold what changed lately: windows of many posts are read faster then')
  .option('--sync-minutes <n>', 'how far back --sync looks', number, 120)
  .action(async (options: Parameters<typeof trending>[1]) =>
    (await import('./cli/trending.ts')).trending(process.env, options),
  );

command(program, 'trending-status', 'Show whether trends are folded, and how new the newest post is')
  .option(...windowOption)
  .action(async (options: Parameters<typeof trendingStatus>[1]) =>
    (await import('./cli/trending.ts')).trendingStatus(process.env, options),
  );

command(
  program,
  'comment-depths [handle-or-topic]',
  'Show how deep conversations go, of all streams or of those that one began',
  ['comment-depths', 'comment-depths nasa --from 2026-01-01 --to 2026-02-01'],
)
  .option(
    '--from <instant>',
    'conversations whose root was posted then or later: an instant, or a day (UTC)',
    instant,
  )
  .option('--to <instant>', 'conversations whose root was posted before: an instant, or a day (UTC)', instant)
  .action(async (name: string | undefined, options: Parameters<typeof commentDepths>[2]) =>
    (await import('./cli/conversations.ts')).commentDepths(process.env, name, options),
  );

command(
  program,
  'viral-chains [handle-or-topic]',
  'Show deep and engaging paths through conversations, of all streams or of those that one began',
  ['viral-chains --min-depth 5 --min-engagement 100', 'viral-chains nasa --limit 3'],
)
  .option('--min-depth <n>', 'replies below the root, at least', number, 5)
  .option(
    '--min-engagement <n>',
    'likes, reposts, replies and quotes of its posts together, at least',
    number,
    100,
  )
  .option('--limit <n>', 'how many, 1 to 100', number, 10)
  .action(async (name: string | undefined, options: Parameters<typeof viralChains>[2]) =>
    (await import('./cli/conversations.ts')).viralChains(process.env, name, options),
  );

command(
  program,
  'migrate',
  "Bring the store to this version's schema; `serve` and `worker` do so too when they start",
).action(async (options: Output) => (await import('./cli/maintain.ts')).migrateCommand(process.env, options));

command(
  program,
  'verify [handle-or-topic]',
  'Count everything again and report each rollup that differs from the posts',
).action(async (name: string | undefined, options: Output) =>
  (await import('./cli/maintain.ts')).verify(process.env, name, options),
);

command(
  program,
  'rebuild [handle-or-topic]',
  'Derive everything anew from what was collected: terms, sentiment, rollups',
).action(async (name: string | undefined, options: Output) =>
  (await import('./cli/maintain.ts')).rebuild(process.env, name, options),
);

command(
  program,
  'backup <file>',
  'Copy the whole store into one file, beside a running server; replaces a file of that name when it is whole',
  ['backup larkstat-backup.zip'],
).action(async (file: string, options: Output) =>
  (await import('./cli/backup.ts')).backup(process.env, file, options),
);

command(
  program,
  'restore <file>',
  'Make the store what a backup says, or change nothing; servers and workers have to be stopped',
  ['restore larkstat-backup.zip'],
)
  .option('--replace', 'first remove everything that the store holds now')
  .action(async (file: string, options: Parameters<typeof restore>[2]) =>
    (await import('./cli/backup.ts')).restore(process.env, file, options),
  );

command(program, 'jobs [job]', 'Show the newest jobs, or one', ['jobs --state FAILED', 'jobs 4f1c2a9e'])
  .option('--state <state>', 'those in this state: QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED')
  .addHelpText(
    'after',
    '\nThe first characters of an id will do for jobs, cancel and retry. The API takes the id of --json.',
  )
  .action(async (id: string | undefined, options: Parameters<typeof jobs>[2]) =>
    (await import('./cli/jobs.ts')).jobs(process.env, id, options),
  );

command(program, 'cancel <job>', 'Stop a job that waits or runs; what it has written stays').action(
  async (id: string, options: Output) => (await import('./cli/jobs.ts')).cancel(process.env, id, options),
);

command(
  program,
  'retry <job>',
  'Put a failed or cancelled job back, to go on where it was, and follow it',
).action(async (id: string, options: Output) =>
  (await import('./cli/jobs.ts')).retry(process.env, id, options),
);

command(program, 'remove <handle-or-topic>', 'Erase an account or a topic with all that was collected of it')
  .option('--yes', 'do not ask')
  .action(async (name: string, options: Parameters<typeof remove>[2]) =>
    (await import('./cli/remove.ts')).remove(process.env, name, options),
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
    (await import('./cli/opt-out.ts')).optOut(process.env, login, options),
  );

command(
  program,
  'retention',
  'Remove posts older than RETENTION_POSTS and payloads older than RETENTION_RAW, as workers do once a day',
  ['retention --dry-run'],
)
  .option('--dry-run', 'only show what would go')
  .action(async (options: Parameters<typeof retention>[1]) =>
    (await import('./cli/retention.ts')).retention(process.env, options),
  );

command(program, 'worker', 'Run a job process without an API, until Ctrl-C').action(async (options: Output) =>
  (await import('./cli/worker.ts')).worker(process.env, options),
);

command(
  program,
  'providers',
  'Show where posts can be fetched from, what it has cost this month, and the budgets',
)
  .option('--test', 'look up one profile with each configured provider; paid for by its price list')
  .action(async (options: Output & { test?: boolean }) =>
    (await import('./cli/providers.ts')).providers(process.env, options),
  );

command(program, 'health', 'Ask the running server whether it is ready').action(async (options: Output) =>
  (await import('./cli/health.ts')).health(process.env, options),
);

const keys = program
  .command('keys')
  .helpCommand(false)
  .description('Who may use the API: without a key only this machine may');
command(keys, 'create <name>', 'Make a key, and show it once')
  .option('--scope <scope>', 'read, write (mutations too) or admin (erasing too)', 'read')
  .option('--expires <when>', 'a duration from now or a time, e.g. P90D or 2027-01-31; default: never')
  .action(async (name: string, options: Parameters<typeof createKeyCommand>[2]) =>
    (await import('./cli/keys.ts')).createKeyCommand(process.env, name, options),
  );
command(keys, 'list', 'Show all keys, and when each was last used').action(async (options: Output) =>
  (await import('./cli/keys.ts')).listKeysCommand(process.env, options),
);
command(keys, 'revoke <name-or-id>', 'Refuse a key from now on, on every server within seconds').action(
  async (nameOrId: string, options: Output) =>
    (await import('./cli/keys.ts')).revokeKeyCommand(process.env, nameOrId, options),
);

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

const alerts = program
  .command('alerts')
  .helpCommand(false)
  .description('What is watched for, and told of by subscription and webhook');
command(alerts, 'create <name>', 'Make an alert, and show the secret of its webhook once', [
  'alerts create mentions --search "harbour ferry" --webhook https://example.org/hook',
  'alerts create sea --burst sea --window PT30M --min-score 4',
  'alerts create viral --likes --times 10 --stream nasa',
  'alerts create exodus --followers-lost 2% --within P7D',
])
  .option('--search <words>', 'new posts that match a search')
  .option('--burst <hashtag>', 'a hashtag that rises above what its past leads one to expect')
  .option('--word <word>', 'posts that use a word or a "phrase"')
  .option('--likes', "a post with many times the likes of its account's other posts")
  .option('--followers-lost <n>', 'an account that loses so many followers, or so many per cent: 500, 2%')
  .option('--stream <handle-or-topic>', 'only this account or topic; may be given several times', several)
  .option('--window <duration>', 'of --burst and --word; default PT1H')
  .option('--min-posts <n>', 'posts in the window, of --burst and --word; default 10', number)
  .option('--min-score <n>', 'standard scores, of --burst; default 3', figure)
  .option('--times <n>', 'times the usual, of --word; times the normal, of --likes: default 5', figure)
  .option('--min-likes <n>', 'of --likes; default 50', number)
  .option(
    '--within <duration>',
    'how old a post may be, of --likes: default P2D; the period of --followers-lost: default P1D',
  )
  .option('--cooldown <duration>', 'how long it is quiet after it has fired; default PT1H')
  .option('--webhook <url>', 'where its events are sent, signed')
  .action(async (name: string, options: Parameters<typeof createAlertCommand>[2]) =>
    (await import('./cli/alerts.ts')).createAlertCommand(process.env, name, options),
  );
command(alerts, 'list', 'Show the alerts, and when each last fired').action(async (options: Output) =>
  (await import('./cli/alerts.ts')).listAlertsCommand(process.env, options),
);
command(alerts, 'delete <alert>', 'Delete an alert with its events').action(
  async (id: string, options: Output) =>
    (await import('./cli/alerts.ts')).deleteAlertCommand(process.env, id, options),
);
command(alerts, 'test <alert>', 'Fire a test event, to try the webhook').action(
  async (id: string, options: Output) =>
    (await import('./cli/alerts.ts')).testAlertCommand(process.env, id, options),
);

const demo = program
  .command('demo')
  .helpCommand(false)
  .description('The made-up accounts of the first start');
command(demo, 'remove', 'Erase the demo accounts').action(async (options: Output) =>
  (await import('./cli/maintain.ts')).demoRemove(process.env, options),
);

addHelp(program);

heedSignals();
quietPipes();
heedLauncher(process.env);
try {
  await program.parseAsync();
} catch (error) {
  const code = stoppedExitCode();
  // What a signal broke off needs no words: whoever sent it knows.
  if (code === null) fail(error, process.argv.includes('--json'));
  // All that was opened is closed, but a database that does not answer would keep its socket, and so the process.
  else process.exit(code);
}
