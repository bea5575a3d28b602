import type { FetchRequest } from '../fetch/service.ts';
import { BadInputError } from '../shared/errors.ts';
import { isNameOf } from '../shared/names.ts';
import { refreshes } from '../shared/refresh.ts';
import { providerNames } from '../shared/post.ts';
import { followJob } from './follow-job.ts';
import type { Environment, Output } from './output.ts';
import { quote } from './quote.ts';

type FetchFlags = { readonly provider?: string; readonly limit?: number; readonly quote?: boolean };

/** Fetches an account's posts as a job, and follows it to its end; or only shows the cost. */
export async function fetchAccount(
  environment: Environment,
  handle: string,
  options: Output & FetchFlags & { readonly full?: boolean; readonly refresh?: string },
): Promise<void> {
  const target = { kind: 'account', handle } as const;
  const refresh = parseRefresh(options.refresh);
  await fetchTarget(environment, { target, full: options.full ?? false, refresh }, options);
}

/** Fetches posts that match a search as a job, and follows it to its end; or only shows the cost. */
export async function fetchTopic(
  environment: Environment,
  query: string,
  options: Output & FetchFlags,
): Promise<void> {
  await fetchTarget(environment, { target: { kind: 'topic', query }, full: false, refresh: 'DUE' }, options);
}

async function fetchTarget(
  environment: Environment,
  what: Pick<Required<FetchRequest>, 'target' | 'full' | 'refresh'>,
  options: Output & FetchFlags,
): Promise<void> {
  const request = { ...what, provider: parseProvider(options.provider), limit: options.limit ?? null };
  if (options.quote) return quote(environment, request, options);
  await followJob(environment, options, ({ fetches }) => fetches.fetch(request));
}

function parseProvider(text: string | undefined): FetchRequest['provider'] {
  if (text === undefined) return null;
  const name = text.toUpperCase();
  if (!isNameOf(providerNames, name)) throw new BadInputError(`No such provider: ${text.slice(0, 40)}`);
  return name;
}

function parseRefresh(text = 'DUE'): NonNullable<FetchRequest['refresh']> {
  const name = text.toUpperCase();
  if (!isNameOf(refreshes, name)) {
    throw new BadInputError(`Not a refresh: ${text.slice(0, 40)}. Expected due, recent or all`);
  }
  return name;
}
