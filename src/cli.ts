#!/usr/bin/env node
import { addAccessCommands } from './cli/commands/access.ts';
import { addCrossingCommands } from './cli/commands/across.ts';
import { addAlertCommands } from './cli/commands/alerts.ts';
import { addCollectingCommands } from './cli/commands/collecting.ts';
import { addJobCommands } from './cli/commands/jobs.ts';
import { addServerCommands } from './cli/commands/server.ts';
import { addStoreCommands } from './cli/commands/store.ts';
import { addStreamCommands } from './cli/commands/streams.ts';
import { fail, quietPipes } from './cli/output.ts';
import { heedLauncher, heedSignals, stoppedExitCode } from './cli/stopped.ts';
import { addHelp, createProgram } from './cli/usage.ts';
import { version } from './version.ts';

// Each command loads its own modules when it runs: help, and what only asks the store, do without the API's schema.
const program = createProgram('larkstat')
  .description('Self-hosted social analytics: every number about an account, one GraphQL query away.')
  .version(version);

// In the order of the help.
const groups = [
  addServerCommands,
  addCollectingCommands,
  addStreamCommands,
  addCrossingCommands,
  addJobCommands,
  addStoreCommands,
  addAccessCommands,
  addAlertCommands,
];
for (const addCommands of groups) addCommands(program, process.env);
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
