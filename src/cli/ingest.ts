import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseHandle } from '../shared/handle.ts';
import { BadInputError } from '../shared/errors.ts';
import { checkOptions, syntheticDefaults } from '../providers/synthetic/options.ts';
import { dayMs } from '../shared/instant.ts';
import { followJob } from './follow-job.ts';
import type { Environment, Output } from './output.ts';
import { withStore } from './with-store.ts';

/** Imports an archive or a chat log as a job, and follows it to its end. */
export async function importPath(
  environment: Environment,
  path: string,
  options: Output & { readonly handle?: string; readonly removeGone?: boolean },
): Promise<void> {
  const full = resolve(path);
  const handle = options.handle === undefined ? null : parseHandle(options.handle);
  await stat(full).catch(() => {
    throw new BadInputError(`No such file or folder: ${full}`);
  });
  await followJob(environment, options, ({ jobs }) =>
    jobs.importArchive({ path: full, handle, uploaded: false, removeGone: options.removeGone ?? false }),
  );
}

type SeedFlags = {
  readonly users?: number;
  readonly posts?: number;
  readonly hashtags?: number;
  readonly seed?: number;
  readonly endingAt?: number;
};

/** Generates accounts as a job, and follows it to its end. */
export async function seed(environment: Environment, options: Output & SeedFlags): Promise<void> {
  const endingAt = options.endingAt ?? Math.floor(Date.now() / dayMs) * dayMs;
  const given = { ...syntheticDefaults, ...options, endingAt };
  const { users, posts, hashtags, seed: number } = checkOptions(given);
  await followJob(environment, options, ({ jobs }) =>
    jobs.seed({ users, posts, hashtags, seed: number, endingAt, demo: false }),
  );
}

/**
 * Generates newer posts of the generated accounts as a job, and follows it to its end. NOT_FOUND without such accounts.
 */
export async function refresh(
  environment: Environment,
  options: Output & { readonly posts: number },
): Promise<void> {
  const { posts } = options;
  if (posts < 1) throw new BadInputError(`Invalid posts: 1 or more allowed, got ${posts}`);
  await followJob(environment, options, ({ jobs }) => jobs.refresh({ posts, now: Date.now() }), withStore);
}
