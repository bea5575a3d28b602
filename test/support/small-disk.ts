import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small disk in memory. */
export type SmallDisk = {
  readonly folder: string;
  /** Changes its size. */
  resize(megabytes: number): void;
  /** Unmounts it with all of its data. */
  remove(): void;
};

/** Mounts one; null, with a message, when this machine or user is not allowed to. */
export function mountSmallDisk(suite: string, megabytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'larkstat-small-disk-'));
  const mount = (options: string) =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
  try {
    mount(`size=${megabytes}m,mode=755`);
  } catch {
    rmSync(folder, { recursive: true });
    process.stderr.write(`skipped: ${suite} (needs a user who may mount a tmpfs)\n`);
    return null;
  }
  return {
    folder,
    resize: (size) => void mount(`remount,size=${size}m`),
    remove: () => {
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
