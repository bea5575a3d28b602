import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { getStream } from './global-id.ts';

declare module '../../graphql/context.ts' {
  interface Services {
    /** Erases a stream with everything collected for it; `jobs/delete-stream.ts` provides it. */
    readonly deleteStream: (streamId: number) => Promise<void>;
  }
}

builder.mutationField('deleteStream', (t) =>
  t.field({
    type: 'ID',
    extensions: needs('admin'),
    description:
      'Erases the stream with everything collected for it, its jobs in any state, and their files. ' +
      'NOT_FOUND when there is no such stream.',
    args: { id: t.arg.globalID({ required: true, description: 'The stream.' }) },
    resolve: async (_root, { id }, context) => {
      const { streamId } = await getStream(context, id);
      await context.services.deleteStream(streamId);
      return Buffer.from(`${id.typename}:${id.id}`).toString('base64');
    },
  }),
);
