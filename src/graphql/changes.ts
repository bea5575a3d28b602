import type { Change, Family } from '../db/changes.ts';
import type { PubSub } from '../platform/pubsub.ts';
import type { Versions } from '../streams/versions.ts';

declare module './context.ts' {
  interface Services {
    /** Changes in the store, published under the topics below. */
    readonly changes: PubSub;
    /** What this process knows of the streams' versions. */
    readonly versions: Versions;
  }
}

/** The topic of every job. The id of a message is the id of its job. */
export const ofAllJobs = 'job';
/** The topic of one job. */
export const ofJob = (jobId: string): string => `job:${jobId}`;
/** The topic of one alert: it fired or was deleted. */
export const ofAlert = (alertId: number): string => `alert:${alertId}`;
/** The topic of one stream: an answer about it changed, or it was deleted. */
export const ofStream = (streamId: number): string => `stream:${streamId}`;

/** The topic of every stream. The id of a message is the id of its stream. */
export const ofAllStreams = 'stream:all';

/** Returns the family whose changes are published under a topic. */
export function familyOfTopic(topic: string): Family {
  if (topic.startsWith('stream:')) return 'streams';
  return topic.startsWith('alert:') ? 'alerts' : 'jobs';
}

/** Publishes a change to those who follow it in this process. */
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
