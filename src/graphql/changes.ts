import type { Change, Family } from '../db/changes.ts';
import type { PubSub } from '../platform/pubsub.ts';
import type { Versions } from '../streams/versions.ts';

declare module './context.ts' {
  interface Services {
    /** What changes in the store, by the names below. */
    readonly changes: PubSub;
    /** What this process knows of the streams' versions. */
    readonly versions: Versions;
  }
}

/** Every job. The messages' ids are the jobs'. */
export const ofAllJobs = 'job';
/** One job. */
export const ofJob = (jobId: string): string => `job:${jobId}`;
/** Whatever an answer can show of one stream, or its end. */
export const ofStream = (streamId: number): string => `stream:${streamId}`;

/** Which family's changes are published under a topic. */
export const familyOfTopic = (topic: string): Family => (topic.startsWith('stream:') ? 'streams' : 'jobs');

/** Hands a change on to those who follow it here. */
export function publishChange(pubSub: PubSub, change: Change): void {
  if ('job' in change) {
    pubSub.publish(ofAllJobs, { id: change.job });
    pubSub.publish(ofJob(change.job), { id: change.job });
    return;
  }
  if ('registry' in change) return;
  const { stream, version } = change;
  pubSub.publish(ofStream(stream), { id: String(stream), ...(version !== null && { version }) });
}
