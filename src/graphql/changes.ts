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
/** One alert, which fires or is deleted. */
export const ofAlert = (alertId: number): string => `alert:${alertId}`;
/** Whatever an answer can show of one stream, or its end. */
export const ofStream = (streamId: number): string => `stream:${streamId}`;

/** Every stream. The messages' ids are the streams'. */
export const ofAllStreams = 'stream:all';

/** Which family's changes are published under a topic. */
export function familyOfTopic(topic: string): Family {
  if (topic.startsWith('stream:')) return 'streams';
  return topic.startsWith('alert:') ? 'alerts' : 'jobs';
}

/** Hands a change on to those who follow it here. */
export function publishChange(pubSub: PubSub, change: Change): void {
  if ('job' in change) {
    pubSub.publish(ofAllJobs, { id: change.job });
    pubSub.publish(ofJob(change.job), { id: change.job });
    return;
  }
  if ('alert' in change) {
    pubSub.publish(ofAlert(change.alert), { id: String(change.alert) });
    return;
  }
  if ('registry' in change) return;
  const { stream, version } = change;
  const message = { id: String(stream), ...(version !== null && { version }) };
  pubSub.publish(ofStream(stream), message);
  pubSub.publish(ofAllStreams, message);
}
