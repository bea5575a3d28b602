import { once } from 'node:events';
import { constants } from 'node:os';
import type { Environment } from './output.ts';

const controller = new AbortController();
let exitCode: number | null = null;

/** Longer than a job process may take to end. */
let stopLimitMs = 30_000;
const checkLauncherEveryMs = 500;

/**
 * Aborted by the first SIGINT, SIGTERM or, when a terminal closes, SIGHUP. What is running then ends in order, and
 * closes what it opened.
 */
export const stopped: AbortSignal = controller.signal;

/**
 * Aborts `stopped` at the first signal. A second signal ends the process at once, and so does the limit of half a
 * minute (see extendStopLimit).
 */
export function stopOnSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop(name));
}

/**
 * Stops this process when the npm that runs it is gone: a killed npm notifies nobody, and a shell in between may not
 * pass a signal on. A process that was started otherwise may outlive its parent (nohup, systemd, docker).
 */
export function stopWithLauncher(environment: Environment): void {
  if (!isRunByNpm(environment)) return;
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    stop('SIGTERM');
  }, checkLauncherEveryMs);
  timer.unref();
}

/** Extends the time that may pass between a signal and the end of the process. */
export function extendStopLimit(ms: number): void {
  stopLimitMs += ms;
}

/**
 * Whether `npm start` or `npm run larkstat` runs this process. The name is checked, since other packages' programs
 * inherit the variables.
 */
export const isRunByNpm = ({ npm_lifecycle_event: script, npm_package_name: name }: Environment): boolean =>
  name === 'larkstat' && (script === 'start' || script === 'larkstat');

function stop(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
  if (exitCode !== null) process.exit(exitCode);
  const code = 128 + constants.signals[name];
  exitCode = code;
  // A database that does not answer may block the end.
  const giveUp = () => {
    process.stderr.write(`larkstat: not all that is open could be closed in ${stopLimitMs / 1_000} s\n`);
    process.exit(code);
  };
  setTimeout(giveUp, stopLimitMs).unref();
  controller.abort(new Error(`Stopped by ${name}`));
}

/** Exit code for the signal that stopped the process: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP; null without one. */
export const stoppedExitCode = (): number | null => exitCode;

/** Resolves when the process is asked to stop. */
export async function untilStopped(): Promise<void> {
  if (!stopped.aborted) await once(stopped, 'abort');
}
