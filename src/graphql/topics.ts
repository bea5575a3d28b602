import type { Change } from '../db/changes.ts';
import type { PubSub } from '../platform/pubsub.ts';

declare module './context.ts' {
  interface Services {
    /** What changes in the store, by the topics below. */
    readonly changes: PubSub;
  }
}

/** Every job. The messages' ids are the jobs'. */
export const allJobsTopic = 'job';
/** One job. */
export const jobTopic = (jobId: string): string => `job:${jobId}`;
/** The posts of one stream, or its end. */
export const streamTopic = (streamId: number): string => `stream:${streamId}`;

/** Hands a change on to those who follow it here. */
export function publishChange(pubSub: PubSub, change: Change): void {
  if ('job' in change) {
    pubSub.publish(allJobsTopic, { id: change.job });
    pubSub.publish(jobTopic(change.job), { id: change.job });
    return;
  }
  const { stream, version } = change;
  pubSub.publish(streamTopic(stream), { id: String(stream), ...(version !== null && { version }) });
}
