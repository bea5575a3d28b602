import type { Command } from 'commander';
import type { commentDepths, viralChains } from '../conversations.ts';
import type { hashtagNetwork } from '../hashtag-network.ts';
import type { fastestGrowing, recommend, topHashtags } from '../hashtags.ts';
import type { topUsers } from '../top-users.ts';
import type { trending, trendingStatus } from '../trending.ts';
import { command, figure, instant, number } from './command.ts';

const windowOption = [
  '--window <minutes>',
  'length of the window in minutes, 1 to 129,600',
  number,
  60,
] as const;

/** Commands that query all streams together. */
export function addCrossingCommands(program: Command, env: NodeJS.ProcessEnv): void {
  program.commandsGroup('Look across all:');

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
      (await import('../trending.ts')).trending(env, options),
    );

  command(program, 'trending-status', 'Show whether trends are folded, and how new the newest post is')
    .option(...windowOption)
    .action(async (options: Parameters<typeof trendingStatus>[1]) =>
      (await import('../trending.ts')).trendingStatus(env, options),
    );

  command(program, 'top-hashtags', 'Show the most used hashtags of all streams, each post once', [
    'top-hashtags --limit 20',
    'top-hashtags --by authors',
  ])
    .option('--limit <n>', 'how many, 1 to 200', number, 20)
    .option('--by <what>', 'posts, or authors: one who uses it often then counts once', 'posts')
    .action(async (options: Parameters<typeof topHashtags>[1]) =>
      (await import('../hashtags.ts')).topHashtags(env, options),
    );

  command(program, 'fastest-growing', 'Show the hashtags that are used more in the last hours than before', [
    'fastest-growing --hours 24 --limit 15',
  ])
    .option('--hours <n>', 'the last hours, and as many before; 1 to 2,160', number, 24)
    .option('--limit <n>', 'how many, 1 to 200', number, 15)
    .action(async (options: Parameters<typeof fastestGrowing>[1]) =>
      (await import('../hashtags.ts')).fastestGrowing(env, options),
    );

  command(program, 'recommend', 'Show the hashtags that go with one', [
    "recommend --hashtag '#opendata' --min-rate 0.1",
  ])
    .requiredOption('--hashtag <tag>', 'which one, with # or without')
    .option('--min-rate <share>', 'only those in at least so large a share of its posts, 0 to 1', figure, 0.1)
    .option('--limit <n>', 'how many, 1 to 200', number, 10)
    .action(async (options: Parameters<typeof recommend>[1]) =>
      (await import('../hashtags.ts')).recommend(env, options),
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
      (await import('../hashtag-network.ts')).hashtagNetwork(env, options),
    );

  command(program, 'top-users', 'Show who wrote most of the posts of all streams, each post once', [
    'top-users --limit 10',
    'top-users --engaged-only --json',
  ])
    .option('--limit <n>', 'how many, 1 to 200', number, 10)
    .option('--engaged-only', 'leave out those whose posts had no engagement, or none that is known')
    .action(async (options: Parameters<typeof topUsers>[1]) =>
      (await import('../top-users.ts')).topUsers(env, options),
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
    .option(
      '--to <instant>',
      'conversations whose root was posted before: an instant, or a day (UTC)',
      instant,
    )
    .action(async (name: string | undefined, options: Parameters<typeof commentDepths>[2]) =>
      (await import('../conversations.ts')).commentDepths(env, name, options),
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
      (await import('../conversations.ts')).viralChains(env, name, options),
    );
}
