import { once } from 'node:events';
import { constants } from 'node:os';
import type { Environment } from './output.ts';

const controller = new AbortController();
let exitCode: number | null = null;

/** Longer than a job process is given to end, and short enough for whoever waits. */
let lastResortMs = 30_000;
const askLauncherEveryMs = 500;

/** Aborted by the first SIGINT, SIGTERM or, when a terminal is closed, SIGHUP: what is under way then ends in order, and closes what it has opened. */
export const stopped: AbortSignal = controller.signal;

/** Has `stopped` follow the signals from now on; a second one ends the process at once, and so does half a minute, or as much as was given beside it. */
export function heedSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop(name));
}

/**
 * Stops this process when the npm that runs it is gone: npm tells nobody when it is killed, and a shell in between may
 * not hand a signal on. A process that was started otherwise may outlive whoever started it (nohup, systemd, docker).
 */
export function heedLauncher(environment: Environment): void {
  if (!isRunByNpm(environment)) return;
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    stop('SIGTERM');
  }, askLauncherEveryMs);
  timer.unref();
}

/** Gives what is under way so much longer to end after a signal. */
export function giveTimeToEnd(ms: number): void {
  lastResortMs += ms;
}

/** Whether `npm start` or `npm run larkstat` runs this process. Other programs inherit the variables, under another package name. */
export const isRunByNpm = ({ npm_lifecycle_event: script, npm_package_name: name }: Environment): boolean =>
  name === 'larkstat' && (script === 'start' || script === 'larkstat');

function stop(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
  if (exitCode !== null) process.exit(exitCode);
  const code = 128 + constants.signals[name];
  exitCode = code;
  // A database that does not answer may keep what is under way from ending.
  const giveUp = () => {
    process.stderr.write(`larkstat: not all that is open could be closed in ${lastResortMs / 1_000} s\n`);
    process.exit(code);
  };
  setTimeout(giveUp, lastResortMs).unref();
  controller.abort(new Error(`Stopped by ${name}`));
}

/** Exit code for the signal that stopped the process: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP; null without one. */
export const stoppedExitCode = (): number | null => exitCode;

/** Resolves when the process is told to stop. */
export async function untilStopped(): Promise<void> {
  if (!stopped.aborted) await once(stopped, 'abort');
}
