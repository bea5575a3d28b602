import type { Command } from 'commander';
import type { createKeyCommand } from '../keys.ts';
import type { Output } from '../output.ts';
import { command } from './command.ts';

/** Commands that create, list and revoke API keys. */
export function addAccessCommands(program: Command, env: NodeJS.ProcessEnv): void {
  program.commandsGroup('Access and alerts:');

  const keys = program
    .command('keys')
    .helpCommand(false)
    .description('Who may use the API: without a key only this machine may');
  command(keys, 'create <name>', 'Make a key, and show it once')
    .option('--scope <scope>', 'read, write (mutations too) or admin (erasing too)', 'read')
    .option('--expires <when>', 'a duration from now or a time, e.g. P90D or 2027-01-31; default: never')
    .action(async (name: string, options: Parameters<typeof createKeyCommand>[2]) =>
      (await import('../keys.ts')).createKeyCommand(env, name, options),
    );
  command(keys, 'list', 'Show all keys, and when each was last used').action(async (options: Output) =>
    (await import('../keys.ts')).listKeysCommand(env, options),
  );
  command(keys, 'revoke <name-or-id>', 'Refuse a key from now on, on every server within seconds').action(
    async (nameOrId: string, options: Output) =>
      (await import('../keys.ts')).revokeKeyCommand(env, nameOrId, options),
  );
}
