import { once } from 'node:events';
import { constants } from 'node:os';

const controller = new AbortController();
let exitCode: number | null = null;

/** Aborted by the first SIGINT, SIGTERM or, where a terminal is closed, SIGHUP: what is under way then ends in order, and closes what it has opened. */
export const stopped: AbortSignal = controller.signal;

/** Has `stopped` follow the signals from now on; a second one ends the process at once. */
export function heedSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (exitCode !== null) process.exit(exitCode);
      exitCode = 128 + constants.signals[name];
      controller.abort(new Error(`Stopped by ${name}`));
    });
  }
}

/** What a process that a signal ended exits with: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP; null where none came. */
export const stoppedExitCode = (): number | null => exitCode;

/** Resolves when the process is told to stop. */
export async function untilStopped(): Promise<void> {
  if (!stopped.aborted) await once(stopped, 'abort');
}
