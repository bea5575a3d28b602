import { builder } from '../../graphql/builder.ts';
import { Provider } from '../../graphql/inputs.ts';
import { BadInputError } from '../../shared/errors.ts';
import { parseXHandle } from '../../shared/handle.ts';
import type { ProviderName } from '../../shared/post.ts';

/** What this part asks of those who fetch; `jobs/fetch/quotes.ts` gives it. */
type QuoteFetch = (
  request: { readonly handle: string; readonly full: boolean; readonly limit: number | null },
  now: Date,
) => Promise<readonly QuoteFacts[]>;

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
        'Posts that are expected to be delivered: new ones at the rate of the last 30 collected days, those of ' +
        'the last seven days for their metrics, and replies to these. For an account that is not known yet the ' +
        'limit; without one 200, or as many as the provider reaches back to.',
      resolve: (quote) => quote.posts,
    }),
    requests: t.field({
      type: 'SafeInt',
      description: 'Requests to the provider, the one for the profile included.',
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
      'What fetching an account would take by each configured provider, cheapest first. Nothing is fetched for it. ' +
      'PROVIDER_NOT_CONFIGURED where none is.',
    args: {
      handle: t.arg.string({ required: true, description: 'Of X, with or without @.' }),
      full: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether to walk back to the beginning, not only to what is known.',
      }),
      limit: t.arg.int({
        description:
          'New posts to fetch at most, 1 or more; null: as many as there are, of an unknown account 200.',
      }),
    },
    complexity: 10,
    resolve: (_root, { handle, full, limit }, { services, now }) => {
      const request = { handle: parseXHandle(handle), full, limit: parseLimit(limit) };
      return services.quoteFetch(request, now);
    },
  }),
);

function parseLimit(limit: number | null | undefined): number | null {
  if (limit == null) return null;
  if (limit < 1) throw new BadInputError(`Invalid limit: ${limit} asked, 1 or more allowed`);
  return limit;
}
