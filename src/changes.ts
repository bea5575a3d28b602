import type { Database } from './db/client.ts';
import { familyOfTopic, publishChange } from './graphql/changes.ts';
import { watchJobs } from './jobs/watch.ts';
import { createPubSub, type LocalPubSub } from './platform/pubsub.ts';

type OpenChanges = { readonly changes: LocalPubSub; close(): Promise<void> };

/** Hears what any process changes in the store, and tells those in this one who follow it. */
export async function openChanges(db: Database): Promise<OpenChanges> {
  const { news } = db;
  const watch = watchJobs(db, {
    onChange: (job) => news.tellHere([{ job }]),
    onMissed: () => changes.tellLost(),
  });
  const changes = createPubSub({
    join: async (topic) => {
      const family = familyOfTopic(topic);
      await Promise.all([news.join(family), family === 'jobs' && watch.begin()]);
    },
    leave: (topic) => {
      const family = familyOfTopic(topic);
      news.leave(family);
      if (family === 'jobs') watch.end();
    },
  });
  const stop = news.listen({
    onChange: (change) => publishChange(changes, change),
    onBack: () => changes.tellLost(),
  });
  const stopHearing = await news.hear();
  const close = async () => {
    stop();
    await stopHearing();
  };
  return { changes, close };
}
