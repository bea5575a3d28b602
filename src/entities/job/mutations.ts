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

/** The job as it stands just after something was done to it. */
export const readBack = async ({ db }: Context, jobId: string): Promise<JobRow> =>
  must(await findJob(db, jobId), 'the job was there a moment ago');

builder.mutationField('importFile', (t) =>
  t.field({
    type: Job,
    extensions: needs('write'),
    description:
      'Imports an X archive (a zip, or its tweets.js) or the log of a Twitch chat in the background. The handle names the ' +
      'account or the channel when the file does not. A log is recognised by itself: TwitchDownloader, twitch-archiver, ' +
      'justlog, rustlog, Chatterino, lines of IRC, `[time] nick: text`, each also packed by gzip; the job says as what it was ' +
      'read. Any other file fails the job with BAD_INPUT.',
    args: {
      file: t.arg({ type: 'File', required: true, description: 'A part of the multipart request.' }),
      handle: t.arg.string({ description: 'Whose posts, or whose chat, these are, with or without @.' }),
      removeGone: t.arg.boolean({
        required: true,
        defaultValue: false,
        description:
          'Whether own posts are removed that are stored and that the archive no longer has, as they were deleted on the ' +
          'platform. Only by an archive that is whole and says when it was made; posts that were seen later stay. ' +
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
      'Collects the chat of a channel on Twitch from now on, until the job is cancelled: what is said, and what is deleted there. ' +
      'Needs no credentials. A job under way for the channel is returned instead of a second one. BAD_INPUT for what can be no login.',
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
      'Stops a job that is waiting or under way: what it wrote stays, nothing more is written; an export leaves no file. Its upload is kept for retryJob, 30 days at most; one whose account was neither given nor read yet is removed at once.',
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
      'Puts a failed or cancelled job back in the queue, to go on where it was; an export begins anew. BAD_INPUT when it is neither, or when ' +
      'another fetch of the same account or topic is under way.',
    args: { id: t.arg.globalID({ required: true, for: Job, description: 'The job.' }) },
    resolve: async (_root, { id }, context) => {
      await context.services.jobs.retry(id.id);
      return readBack(context, id.id);
    },
  }),
);
