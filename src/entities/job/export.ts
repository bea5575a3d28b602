import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { exportFormats } from '../../shared/export-format.ts';
import { parseRange } from '../../shared/range.ts';
import { getStream } from '../stream/global-id.ts';
import { Job } from './fields.ts';
import { readBack } from './mutations.ts';
import type { JobRow } from './query.ts';

type ExportedFile = NonNullable<JobRow['file']>;

/** The service that keeps exported files; `jobs/downloads.ts` provides it. */
type Downloads = {
  /** Returns the path of a job's file on this server. Whoever has it needs no key. */
  addressOf(jobId: string, file: ExportedFile): Promise<string>;
};

declare module '../../graphql/context.ts' {
  interface Services {
    readonly downloads: Downloads;
  }
}

const ExportFormat = builder.enumType('ExportFormat', {
  description: 'The file format of an export.',
  values: exportFormats,
});

const Download = builder
  .objectRef<{ readonly jobId: string; readonly file: ExportedFile }>('Download')
  .implement({
    description: 'The file of an export. Anyone who has its link can download it without a key.',
    fields: (t) => ({
      url: t.string({
        description:
          'The path of the file on the server, e.g. /exports/…. Use it unchanged, on any server of the store. A GET answers ' +
          'with the file, 410 when it has expired or was removed, 404 when the link was changed.',
        resolve: ({ jobId, file }, _args, { services }) => services.downloads.addressOf(jobId, file),
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When the link expires and the file is removed: EXPORT_TTL_HOURS after it was written.',
        resolve: ({ file }) => new Date(file.expiresAt),
      }),
      bytes: t.field({
        type: 'SafeInt',
        description: 'The size of the file.',
        resolve: ({ file }) => file.bytes,
      }),
      name: t.string({ description: "The file's name.", resolve: ({ file }) => file.name }),
    }),
  });

builder.objectField(Job, 'download', (t) =>
  t.field({
    type: Download,
    nullable: true,
    description: 'The file of an export. Null until it is complete, when it has expired, and for other jobs.',
    resolve: ({ jobId, file }, _args, { now }) =>
      file === null || file.expiresAt <= now.getTime() ? null : { jobId, file },
  }),
);

builder.mutationField('exportStream', (t) =>
  t.field({
    type: Job,
    extensions: needs('write'),
    description:
      'Writes all posts of a stream to a file in the background, with those by others (replies that were fetched), as ' +
      'they are at one moment, oldest first: see `Job.download`. NOT_FOUND when there is no such stream, BAD_INPUT when the ' +
      'range ends before it starts, RATE_LIMITED when EXPORTS_MAX exports wait, run or can be downloaded; retryAt says when ' +
      'the next of them expires.',
    args: {
      stream: t.arg.globalID({ required: true, description: 'The stream.' }),
      format: t.arg({ type: ExportFormat, required: true, description: 'The file format.' }),
      pseudonymous: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Whether pseudonyms replace the handles, names and ids of people and posts. They are the same throughout the file, ' +
          'and nobody can compute them again. The rest of a text stays, and may reveal who wrote it.',
      }),
      range: t.arg({ type: TimeRange, description: 'Only posts that were posted in this range.' }),
    },
    resolve: async (_root, { stream, format, pseudonymous, range }, context) => {
      const within = parseRange(range);
      const { streamId, title } = await getStream(context, stream);
      const request = { streamId, title, format, pseudonymous, range: within };
      return readBack(context, await context.services.jobs.exportStream(request));
    },
  }),
);
