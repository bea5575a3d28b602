import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { Job } from '../job/fields.ts';
import { readBack } from '../job/mutations.ts';
import { System } from '../system/fields.ts';

declare module '../../graphql/context.ts' {
  interface Services {
    /** The made-up accounts that there is something to look at with; `jobs/demo.ts` gives them. */
    readonly demo: {
      /** The id of the job that makes them; null when they are there. */
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
      'Makes up three accounts with 7,500 posts of two years in the background, to try things out. The job that already ' +
      'does so is returned instead of a second one; null when the accounts are there. An account of somebody else with the ' +
      'handle of one is left as it is.',
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
      "Erases the demo's accounts and all of theirs, stops the job that makes them, and returns the ids of the streams that " +
      'were erased. A stream that has posts of another source is not the demo, and stays.',
    resolve: async (_root, _args, { services }) => {
      const removed = await services.demo.remove();
      return removed.map(({ streamId }) => Buffer.from(`Account:${streamId}`).toString('base64'));
    },
  }),
);

builder.objectField(System, 'hasDemo', (t) =>
  t.boolean({
    description: 'Whether accounts of the demo are there: `removeDemo` erases them, `addDemo` makes them.',
    resolve: (_system, _args, { services }) => services.demo.isThere(),
  }),
);
