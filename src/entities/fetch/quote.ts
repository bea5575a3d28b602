import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { Provider, Refresh } from '../../graphql/inputs.ts';
import { BadInputError } from '../../shared/errors.ts';
import { maxFetchLimit } from '../../shared/fetchable.ts';
import type { FetchQuote as Quoted, QuoteRequest } from '../../shared/fetch-quote.ts';
import { parseXHandle } from '../../shared/handle.ts';
import { parseTopicQuery } from '../../shared/topic.ts';

/** The service that makes quotes; `fetch/quotes.ts` provides it. */
type QuoteFetch = (request: QuoteRequest, now: Date) => Promise<readonly Quoted[]>;

declare module '../../graphql/context.ts' {
  interface Services {
    readonly quoteFetch: QuoteFetch;
  }
}

const FetchQuote = builder.objectRef<Quoted>('FetchQuote').implement({
  description: 'What a fetch by one provider would cost, estimated before it begins.',
  fields: (t) => ({
    provider: t.field({ type: Provider, description: 'The provider.', resolve: (quote) => quote.provider }),
    posts: t.field({
      type: 'SafeInt',
      description:
        'Posts that are expected to be delivered: new ones at the rate of the last 30 collected days, the stored ones that ' +
        "are fetched again (for DUE 300 at most), and missing replies to five of the last seven days' posts. " +
        'For an unknown account, the number that its profile gives; for a topic, the limit; 200 without full and limit.',
      resolve: (quote) => quote.posts,
    }),
    requests: t.field({
      type: 'SafeInt',
      description: 'Requests to the provider, for an account with the one for its profile.',
      resolve: (quote) => quote.requests,
    }),
    usd: t.exposeFloat('usd', { description: "US dollars by the provider's price list." }),
    seconds: t.exposeFloat('seconds', {
      description: 'How long it would take, with waits for rate limits.',
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'A remark for people: what the estimate assumes, or that it exceeds the budget.',
    }),
  }),
});

builder.queryField('fetchQuote', (t) =>
  t.field({
    type: [FetchQuote],
    // A look-up of a profile may cost money.
    extensions: needs('write'),
    description:
      'What a fetch would take by each configured provider that can do it, cheapest first. No post is fetched for it, and ' +
      'stored posts cost nothing. When it is unknown how many posts an account has, the provider with the lowest price ' +
      'of a user looks its profile up. That counts as spending of this provider, and is not repeated within 15 ' +
      'minutes. BAD_INPUT without exactly one of handle and query, PROVIDER_NOT_CONFIGURED when no provider can ' +
      'fetch it, NOT_FOUND, ACCOUNT_PROTECTED or ACCOUNT_SUSPENDED when the profile says so.',
    args: {
      handle: t.arg.string({ description: 'An account of X, with or without @. Not with query.' }),
      query: t.arg.string({ description: 'A search on X, as fetchTopic takes it. Not with handle.' }),
      full: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Whether to walk back to the beginning, not only to the newest stored post. For accounts only.',
      }),
      limit: t.arg.int({
        description:
          'Posts to fetch at most, 1 to 100,000; null: no limit, but 200 without full when no post is stored yet.',
      }),
      refresh: t.arg({
        type: Refresh,
        required: true,
        defaultValue: 'DUE',
        description: 'Which stored posts are fetched again. For accounts only.',
      }),
    },
    // The default limits allow ten in a request: each may cost money.
    complexity: 3_000,
    resolve: (_root, args, { services, now }) => services.quoteFetch(parseQuote(args), now),
  }),
);

type QuoteArgs = {
  readonly handle?: string | null | undefined;
  readonly query?: string | null | undefined;
  readonly full: boolean;
  readonly limit?: number | null | undefined;
  readonly refresh: QuoteRequest['refresh'];
};

function parseQuote({ handle, query, full, limit, refresh }: QuoteArgs): QuoteRequest {
  if ((handle == null) === (query == null)) {
    throw new BadInputError('Give either handle or query, and not both');
  }
  if (query != null && (full || refresh !== 'DUE')) {
    throw new BadInputError('full and refresh are for accounts: leave them out for a topic');
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
