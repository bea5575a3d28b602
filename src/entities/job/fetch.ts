import { builder } from '../../graphql/builder.ts';
import { Provider } from '../../graphql/inputs.ts';
import { Job } from './fields.ts';
import { readBack } from './mutations.ts';

const shared = {
  provider:
    'The only one to ask: X_API, SOCIALDATA or X_SCRAPER. Without it, each that is configured, in order.',
  limit: 'Posts at most, 1 to 100,000.',
  errors:
    'BAD_INPUT where it cannot be one, PROVIDER_NOT_CONFIGURED where nothing is set to fetch with; what goes wrong ' +
    'later is told by the job.',
};

builder.mutationField('fetchAccount', (t) =>
  t.field({
    type: Job,
    description:
      "Fetches the account's new posts (or, with full, its whole history) in the background. A job already under way " +
      `for it is returned instead of a second one. ${shared.errors}`,
    args: {
      handle: t.arg.string({ required: true, description: 'On X, with or without @.' }),
      full: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'Whether to walk back to the beginning, or as far as the provider lets one.',
      }),
      provider: t.arg({ type: Provider, description: shared.provider }),
      limit: t.arg.int({ description: shared.limit }),
    },
    resolve: async (_root, { handle, full, provider, limit }, context) => {
      const target = { kind: 'account', handle } as const;
      const options = { full, provider: provider ?? null, limit: limit ?? null };
      return readBack(context, await context.services.jobs.fetch({ target, ...options }));
    },
  }),
);

builder.mutationField('fetchTopic', (t) =>
  t.field({
    type: Job,
    description:
      'Fetches new posts that match a search on X in the background. A job already under way for it is returned ' +
      `instead of a second one. ${shared.errors}`,
    args: {
      query: t.arg.string({ required: true, description: 'As X takes it, 1 to 512 characters.' }),
      provider: t.arg({ type: Provider, description: shared.provider }),
      limit: t.arg.int({ description: shared.limit }),
    },
    resolve: async (_root, { query, provider, limit }, context) => {
      const target = { kind: 'topic', query } as const;
      const options = { full: false, provider: provider ?? null, limit: limit ?? null };
      return readBack(context, await context.services.jobs.fetch({ target, ...options }));
    },
  }),
);
