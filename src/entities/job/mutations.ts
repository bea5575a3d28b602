import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import type { Context } from '../../graphql/context.ts';
import { takeUpload } from '../../graphql/uploads.ts';
import { must } from '../../shared/errors.ts';
import { parseHandle } from '../../shared/handle.ts';
import type { JobCommands } from '../../shared/job-commands.ts';
import { Job } from './fields.ts';
import { findJob, type JobRow } from './query.ts';

declare module '../../graphql/context.ts' {
  interface Services {
    readonly jobs: JobCommands;
  }
}

/** Reads a job again just after a change. */
export const readBack = async ({ db }: Context, jobId: string): Promise<JobRow> =>
  must(await findJob(db, jobId), 'the job was there a moment ago');

builder.mutationField('importFile', (t) =>
  t.field({
    type: Job,
    extensions: needs('write'),
    description:
      'Imports an X archive (a zip, or its tweets.js) or the log of a Twitch chat in the background. The handle names the ' +
      'account or the channel when the file does not. The format of a log is detected: TwitchDownloader, twitch-archiver, ' +
      'justlog, rustlog, Chatterino, lines of IRC, `[time] nick: text`, each also packed by gzip. The job says which format it ' +
      'found. Any other file fails the job with BAD_INPUT.',
    args: {
      file: t.arg({ type: 'File', required: true, description: 'A part of the multipart request.' }),
      handle: t.arg.string({
        description: 'The account or channel that the file is from, with or without @.',
      }),
      removeGone: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Whether to remove stored own posts that the archive lacks because they were deleted on the platform. Only a ' +
          'complete archive that says when it was made can do so. Posts that were seen later stay. ' +
          'Progress.gone counts them.',
      }),
    },
    resolve: async (_root, { file, handle, removeGone }, context) => {
      const checked = handle == null ? null : parseHandle(handle);
      const { path, name } = takeUpload(context, file);
      const { jobs } = context.services;
      return readBack(
        context,
        await jobs.importArchive({ path, handle: checked, uploaded: true, removeGone, name }),
      );
    },
  }),
);

builder.mutationField('collectChat', (t) =>
  t.field({
    type: Job,
    extensions: needs('write'),
    description:
      'Collects the chat of a channel on Twitch from now on, until the job is cancelled: messages and deletions. ' +
      'Needs no credentials. A job under way for the channel is returned instead of a second one. BAD_INPUT when it cannot be a login.',
    args: { login: t.arg.string({ required: true, description: 'The login, with or without @ or #.' }) },
    resolve: async (_root, { login }, context) =>
      readBack(context, await context.services.jobs.collectChat(login)),
  }),
);

builder.mutationField('cancelJob', (t) =>
  t.field({
    type: Job,
    extensions: needs('write'),
    description:
      'Stops a job that is waiting or under way. What it wrote stays, and nothing more is written; an export leaves no file. Its upload is kept for retryJob, 30 days at most. An upload whose account was neither given nor read yet is removed at once.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: 'The job.' }) },
    resolve: async (_root, { id }, context) => {
      await context.services.jobs.cancel(id.id);
      return readBack(context, id.id);
    },
  }),
);

builder.mutationField('retryJob', (t) =>
  t.field({
    type: Job,
    extensions: needs('write'),
    description:
      'Puts a failed or cancelled job back in the queue. It continues where it stopped; an export starts again. BAD_INPUT when it is neither, or when ' +
      'another fetch of the same account or topic is under way.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: 'The job.' }) },
    resolve: async (_root, { id }, context) => {
      await context.services.jobs.retry(id.id);
      return readBack(context, id.id);
    },
  }),
);
