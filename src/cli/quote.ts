import { postCountsOf, quoteFetch } from '../fetch/quotes.ts';
import type { FetchRequest } from '../fetch/service.ts';
import { BadInputError } from '../shared/errors.ts';
import { maxFetchLimit } from '../shared/fetchable.ts';
import { parseXHandle } from '../shared/handle.ts';
import { printUsd, toMicroUsd } from '../shared/price.ts';
import { parseTopicQuery } from '../shared/topic.ts';
import { count, type Environment, type Output, print, table } from './output.ts';
import { withStore } from './with-store.ts';

/** Shows what a fetch would cost with each configured provider, or with the named one; fetches nothing. */
export async function quote(
  environment: Environment,
  request: Required<FetchRequest>,
  output: Output,
): Promise<void> {
  const { target, limit, provider } = request;
  if (limit !== null && (limit < 1 || limit > maxFetchLimit)) {
    throw new BadInputError(`Invalid limit: ${limit} asked, 1 to ${maxFetchLimit} allowed`);
  }
  const parsed =
    target.kind === 'account'
      ? ({ kind: 'account', handle: parseXHandle(target.handle) } as const)
      : ({ kind: 'topic', query: parseTopicQuery(target.query) } as const);
  await withStore(environment, async ({ db }, { providers: config }) => {
    const countPosts = postCountsOf(db.sql, config);
    const all = await quoteFetch(db.sql, config, { ...request, target: parsed }, new Date(), countPosts);
    const quotes = all.filter((one) => provider === null || one.provider === provider);
    if (quotes.length === 0) throw new BadInputError(`${provider} is not configured, or cannot fetch this`);
    const rows = quotes.map((one) => [
      one.provider,
      count(one.posts),
      count(one.requests),
      printUsd(toMicroUsd(one.usd)),
      count(Math.ceil(one.seconds)),
      one.note ?? '',
    ]);
    const head = ['provider', 'posts', 'requests', 'USD', 'seconds', 'note'];
    print(output, { quotes }, table([head, ...rows], [1, 2, 3, 4]));
  });
}
