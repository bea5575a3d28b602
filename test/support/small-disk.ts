import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of a few megabytes, in memory. */
export type SmallDisk = {
  readonly folder: string;
  /** Makes it larger, or smaller again. */
  resize(megabytes: number): void;
  /** Takes it away with all that is on it. */
  remove(): void;
};

/** Mounts one; null, with a visible line, where this machine or user may not. */
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
