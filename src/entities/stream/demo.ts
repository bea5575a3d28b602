import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { Job } from '../job/fields.ts';
import { readBack } from '../job/mutations.ts';
import { System } from '../system/fields.ts';

declare module '../../graphql/context.ts' {
  interface Services {
    /** The made-up accounts of the demo; `jobs/demo.ts` provides them. */
    readonly demo: {
      /** Returns the id of the job that makes them; null when they exist. */
      add(now: number): Promise<string | null>;
      remove(): Promise<readonly { readonly streamId: number }[]>;
      isThere(): Promise<boolean>;
    };
  }
}

builder.mutationField('addDemo', (t) =>
  t.field({
    type: Job,
    nullable: true,
    extensions: needs('write'),
    description:
      'Makes three demo accounts with 7,500 made-up posts of two years, in the background. A job already under way is ' +
      'returned instead of a second one. Null when the accounts exist. An account of somebody else with the same handle ' +
      'stays as it is.',
    resolve: async (_root, _args, context) => {
      const jobId = await context.services.demo.add(context.now.getTime());
      return jobId === null ? null : readBack(context, jobId);
    },
  }),
);

builder.mutationField('removeDemo', (t) =>
  t.field({
    type: ['ID'],
    extensions: needs('write'),
    description:
      'Erases the demo accounts with everything collected for them, stops the job that makes them, and returns the ids of ' +
      'the erased streams. A stream that also has posts from another source stays.',
    resolve: async (_root, _args, { services }) => {
      const removed = await services.demo.remove();
      return removed.map(({ streamId }) => Buffer.from(`Account:${streamId}`).toString('base64'));
    },
  }),
);

builder.objectField(System, 'hasDemo', (t) =>
  t.boolean({
    description: 'Whether demo accounts exist: `removeDemo` erases them, `addDemo` makes them.',
    resolve: (_system, _args, { services }) => services.demo.isThere(),
  }),
);
