import { builder } from '../../graphql/builder.ts';
import { Provider, Refresh } from '../../graphql/inputs.ts';
import { BadInputError } from '../../shared/errors.ts';
import { type Fetchable, maxFetchLimit } from '../../shared/fetchable.ts';
import { parseXHandle } from '../../shared/handle.ts';
import type { ProviderName } from '../../shared/post.ts';
import type { Refresh as RefreshName } from '../../shared/refresh.ts';
import { parseTopicQuery } from '../../shared/topic.ts';

/** What this part asks of those who fetch; `jobs/fetch/quotes.ts` gives it. */
type QuoteFetch = (request: QuoteRequest, now: Date) => Promise<readonly QuoteFacts[]>;

type QuoteRequest = {
  readonly target: Fetchable;
  readonly full: boolean;
  readonly limit: number | null;
  readonly refresh: RefreshName;
};

declare module '../../graphql/context.ts' {
  interface Services {
    readonly quoteFetch: QuoteFetch;
  }
}

type QuoteFacts = {
  readonly provider: ProviderName;
  readonly posts: number;
  readonly requests: number;
  readonly usd: number;
  readonly seconds: number;
  readonly note: string | null;
};

const FetchQuote = builder.objectRef<QuoteFacts>('FetchQuote').implement({
  description: 'What a fetch would take by one provider, told before it is done.',
  fields: (t) => ({
    provider: t.field({ type: Provider, description: 'Which one.', resolve: (quote) => quote.provider }),
    posts: t.field({
      type: 'SafeInt',
      description:
        'Posts that are expected to be delivered: new ones at the rate of the last 30 collected days, the stored ones that ' +
        "are asked for again (of DUE 300 at most), and missing replies to five of the last seven days' posts. " +
        'Of an account that is not known yet, what its profile says; of a topic the limit; 200 without full and limit.',
      resolve: (quote) => quote.posts,
    }),
    requests: t.field({
      type: 'SafeInt',
      description: 'Requests to the provider, of an account the one for the profile included.',
      resolve: (quote) => quote.requests,
    }),
    usd: t.exposeFloat('usd', { description: "US dollars by the provider's price list." }),
    seconds: t.exposeFloat('seconds', {
      description: 'How long it would take, waiting for rate limits included.',
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'What to know about it, for people: what is assumed, or that it passes the budget.',
    }),
  }),
});

builder.queryField('fetchQuote', (t) =>
  t.field({
    type: [FetchQuote],
    description:
      'What a fetch would take by each configured provider that can do it, cheapest first. No post is fetched for it, and ' +
      'what is stored is not paid for. Only of an account of which nobody has told how many posts it has, its profile is ' +
      'looked up: by the provider whose price of a user is lowest, counted in its spending, and not again within 15 ' +
      'minutes. BAD_INPUT without exactly one of handle and query, PROVIDER_NOT_CONFIGURED when no provider could ' +
      'fetch it, NOT_FOUND, ACCOUNT_PROTECTED or ACCOUNT_SUSPENDED when the profile says so.',
    args: {
      handle: t.arg.string({ description: 'An account of X, with or without @. Not with query.' }),
      query: t.arg.string({ description: 'A search on X, as fetchTopic takes it. Not with handle.' }),
      full: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether to walk back to the beginning, not only to what is known. Of an account only.',
      }),
      limit: t.arg.int({
        description:
          'Posts to fetch at most, 1 to 100,000; null: as many as there are, of what is not known yet 200.',
      }),
      refresh: t.arg({
        type: Refresh,
        required: true,
        defaultValue: 'DUE',
        description: 'Which stored posts are asked for again. Of an account only.',
      }),
    },
    // Ten in a request of the default limits: each may be paid for.
    complexity: 3_000,
    resolve: (_root, args, { services, now }) => services.quoteFetch(parseQuote(args), now),
  }),
);

type QuoteArgs = {
  readonly handle?: string | null | undefined;
  readonly query?: string | null | undefined;
  readonly full: boolean;
  readonly limit?: number | null | undefined;
  readonly refresh: RefreshName;
};

function parseQuote({ handle, query, full, limit, refresh }: QuoteArgs): QuoteRequest {
  if ((handle == null) === (query == null)) {
    throw new BadInputError('Say either handle or query: whose posts, or what they match');
  }
  if (query != null && (full || refresh !== 'DUE')) {
    throw new BadInputError('full and refresh are of accounts: a topic is fetched without them');
  }
  const target =
    handle != null
      ? ({ kind: 'account', handle: parseXHandle(handle) } as const)
      : ({ kind: 'topic', query: parseTopicQuery(query ?? '') } as const);
  return { target, full, limit: parseLimit(limit), refresh };
}

function parseLimit(limit: number | null | undefined): number | null {
  if (limit == null) return null;
  if (limit < 1 || limit > maxFetchLimit) {
    throw new BadInputError(`Invalid limit: ${limit} asked, 1 to ${maxFetchLimit} allowed`);
  }
  return limit;
}
