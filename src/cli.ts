#!/usr/bin/env -S node --max-semi-space-size=4
// Node collects a small young generation often, each time for a short while: the slowest requests wait less for it.
import { addAccessCommands } from './cli/commands/access.ts';
import { addCrossingCommands } from './cli/commands/across.ts';
import { addAlertCommands } from './cli/commands/alerts.ts';
import { addCollectingCommands } from './cli/commands/collecting.ts';
import { addJobCommands } from './cli/commands/jobs.ts';
import { addServerCommands } from './cli/commands/server.ts';
import { addStoreCommands } from './cli/commands/store.ts';
import { addStreamCommands } from './cli/commands/streams.ts';
import { fail, quietPipes } from './cli/output.ts';
import { stopWithLauncher, stopOnSignals, stoppedExitCode } from './cli/stopped.ts';
import { addHelp, createProgram } from './cli/usage.ts';
import { version } from './version.ts';

// Each command imports its modules when it runs: help, and commands that need only the store, do not load the API schema.
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

stopOnSignals();
quietPipes();
stopWithLauncher(process.env);
try {
  await program.parseAsync();
} catch (error) {
  const code = stoppedExitCode();
  // After a signal no error is printed: the sender knows.
  if (code === null) fail(error, process.argv.includes('--json'));
  // Everything is closed, but a database that does not respond would keep its socket open, and so the process.
  else process.exit(code);
}
