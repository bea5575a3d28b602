import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseHandle } from '../shared/handle.ts';
import { BadInputError } from '../shared/errors.ts';
import { syntheticDefaults } from '../providers/synthetic/provider.ts';
import { followJob } from './follow-job.ts';
import type { Environment, Output } from './output.ts';

/** Imports an archive as a job, and follows it to its end. */
export async function importPath(
  environment: Environment,
  path: string,
  options: Output & { readonly handle?: string },
): Promise<void> {
  const full = resolve(path);
  const handle = options.handle === undefined ? null : parseHandle(options.handle);
  await stat(full).catch(() => {
    throw new BadInputError(`No such file or folder: ${full}`);
  });
  await followJob(environment, options, (jobs) =>
    jobs.importArchive({ path: full, handle, uploaded: false }),
  );
}

type SeedFlags = {
  readonly users?: number;
  readonly posts?: number;
  readonly hashtags?: number;
  readonly seed?: number;
  readonly endingAt?: number;
};

/** Makes up accounts as a job, and follows it to its end. */
export async function seed(environment: Environment, options: Output & SeedFlags): Promise<void> {
  const day = 86_400_000;
  const { users, posts, hashtags, seed: number } = { ...syntheticDefaults, ...options };
  const endingAt = options.endingAt ?? Math.floor(Date.now() / day) * day;
  await followJob(environment, options, (jobs) =>
    jobs.seed({ users, posts, hashtags, seed: number, endingAt, demo: false }),
  );
}
