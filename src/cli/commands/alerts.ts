import type { Command } from 'commander';
import type { createAlertCommand } from '../alerts.ts';
import type { Output } from '../output.ts';
import { command, figure, number } from './command.ts';

const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** Commands that create, list, delete and test alerts. */
export function addAlertCommands(program: Command, env: NodeJS.ProcessEnv): void {
  program.commandsGroup('Access and alerts:');

  const alerts = program
    .command('alerts')
    .helpCommand(false)
    .description('Alerts: conditions to watch for, reported by subscription and webhook');
  command(alerts, 'create <name>', 'Make an alert, and show the secret of its webhook once', [
    'alerts create mentions --search "harbour ferry" --webhook https://example.org/hook',
    'alerts create sea --burst sea --window PT30M --min-score 4',
    'alerts create viral --likes --times 10 --stream nasa',
    'alerts create exodus --followers-lost 2% --within P7D',
  ])
    .option('--search <words>', 'new posts that match a search')
    .option('--burst <hashtag>', 'a hashtag that is used more than its past predicts')
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
      (await import('../alerts.ts')).createAlertCommand(env, name, options),
    );
  command(alerts, 'list', 'Show the alerts, and when each last fired').action(async (options: Output) =>
    (await import('../alerts.ts')).listAlertsCommand(env, options),
  );
  command(alerts, 'delete <alert>', 'Delete an alert with its events').action(
    async (id: string, options: Output) =>
      (await import('../alerts.ts')).deleteAlertCommand(env, id, options),
  );
  command(alerts, 'test <alert>', 'Fire a test event, to try the webhook').action(
    async (id: string, options: Output) => (await import('../alerts.ts')).testAlertCommand(env, id, options),
  );
}
