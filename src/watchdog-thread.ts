import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { checks, type WatchdogData, type WatchdogMessage } from './jobs/watchdog.ts';

const { databaseUrl, limitMs, beatFile, beats, noted } = workerData as WatchdogData; // safe: watchdog.ts alone starts this
const running = new Map<string, WatchdogMessage['job']>();
/** How long the database may take to store the reason with the jobs, before the process is killed. */
const recordMs = 5_000;

parentPort?.on('message', ({ job, running: isRunning }: WatchdogMessage) => {
  if (isRunning) running.set(job.jobId, job);
  else running.delete(job.jobId);
});

let lastBeats = 0;
let silentChecks = 0;
// Counts checks, not time: while the machine sleeps or the process is stopped, this thread stands still too.
const timer = setInterval(() => {
  const latest = Atomics.load(beats, 0);
  silentChecks = latest === lastBeats ? silentChecks + 1 : 0;
  lastBeats = latest;
  if (silentChecks < checks) return;
  clearInterval(timer);
  void killProcess();
}, limitMs / checks);

if (beatFile !== null) {
  beat(beatFile);
  setInterval(() => beat(beatFile), 1_000);
}
parentPort?.postMessage('watching');

function beat(file: number): void {
  try {
    writeSync(file, '.');
  } catch {
    // The parent has ended; the process then stops by itself.
  }
}

async function killProcess(): Promise<void> {
  const text = Buffer.from(noted).toString('utf8').replace(/\0.*$/s, '');
  const doing = text === '' ? '' : ` (last: ${text})`;
  const message = `the worker stood still for ${limitMs / 1_000} s${doing}; it was ended`;
  writeSync(2, `larkstat worker: ${message}\n`);
  await Promise.race([recordReason(message).catch(() => {}), sleep(recordMs)]);
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Stores the reason with the running jobs. The imports are dynamic: a worker that is never blocked needs no second
 * client.
 */
async function recordReason(message: string): Promise<void> {
  const [{ openClient }, { recordStandstill }] = await Promise.all([
    import('./db/open-client.ts'),
    import('./jobs/lease.ts'),
  ]);
  const sql = openClient(databaseUrl, {
    purpose: 'working',
    applicationName: 'larkstat watchdog',
    max: 1,
  });
  for (const job of running.values()) await recordStandstill(sql, job, message);
}
