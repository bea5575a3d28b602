import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { Provider, Refresh } from '../../graphql/inputs.ts';
import type { Fetchable } from '../../shared/fetchable.ts';
import type { ProviderName } from '../../shared/post.ts';
import type { Refresh as RefreshName } from '../../shared/refresh.ts';
import { Job } from './fields.ts';
import { readBack } from './mutations.ts';

/** The service that fetches; `fetch/service.ts` provides it. */
type Fetches = {
  fetch(request: {
    readonly target: Fetchable;
    readonly full: boolean;
    readonly provider: ProviderName | null;
    readonly limit: number | null;
    readonly refresh?: RefreshName;
  }): Promise<string>;
  /** Throws PROVIDER_NOT_CONFIGURED when no provider can fetch accounts, or topics. */
  requireProvider(kind: Fetchable['kind']): void;
};

declare module '../../graphql/context.ts' {
  interface Services {
    readonly fetches: Fetches;
  }
}

const shared = {
  provider:
    'The only provider to use: X_API, SOCIALDATA or X_SCRAPER. Without it, each that is configured, in order.',
  limit: 'Posts at most, 1 to 100,000. Posts that are fetched again count, too.',
  errors:
    'BAD_INPUT when the name or an option is invalid, PROVIDER_NOT_CONFIGURED when no provider can fetch it. Later ' +
    'errors are in `Job.error`: BUDGET_EXCEEDED, before anything is written, when the budgets do not allow it.',
};

builder.mutationField('fetchAccount', (t) =>
  t.field({
    type: Job,
    extensions: needs('write'),
    description:
      "Fetches the account's new posts (or, with full, its whole history) in the background, then the figures of stored " +
      'posts again. A job already under way for it is returned instead of a second one. One that has not begun is widened ' +
      'by what this request adds (full, limit, refresh; the provider stays). One that has begun does not change: ask ' +
      `again when it has ended. ${shared.errors}`,
    args: {
      handle: t.arg.string({ required: true, description: 'On X, with or without @.' }),
      full: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether to walk back to the beginning, or as far as the provider allows.',
      }),
      provider: t.arg({ type: Provider, description: shared.provider }),
      limit: t.arg.int({ description: shared.limit }),
      refresh: t.arg({
        type: Refresh,
        required: true,
        defaultValue: 'DUE',
        description:
          'Which stored posts are fetched again, each at the price of a post. X_SCRAPER cannot look posts up: when it ' +
          'is the only provider, the job fetches new posts only, and says so.',
      }),
    },
    resolve: async (_root, { handle, full, provider, limit, refresh }, context) => {
      const target = { kind: 'account', handle } as const;
      const options = { full, provider: provider ?? null, limit: limit ?? null, refresh };
      return readBack(context, await context.services.fetches.fetch({ target, ...options }));
    },
  }),
);

builder.mutationField('fetchTopic', (t) =>
  t.field({
    type: Job,
    extensions: needs('write'),
    description:
      'Fetches new posts that match a search on X in the background. A job already under way for it is returned ' +
      'instead of a second one. One that has not begun takes the higher limit. ' +
      shared.errors,
    args: {
      query: t.arg.string({ required: true, description: 'As X takes it, 1 to 512 characters.' }),
      provider: t.arg({ type: Provider, description: shared.provider }),
      limit: t.arg.int({ description: shared.limit }),
    },
    resolve: async (_root, { query, provider, limit }, context) => {
      const target = { kind: 'topic', query } as const;
      const options = { full: false, provider: provider ?? null, limit: limit ?? null };
      return readBack(context, await context.services.fetches.fetch({ target, ...options }));
    },
  }),
);
