import type { Family } from './db/changes.ts';
import type { Database } from './db/client.ts';
import { familyOfTopic, publishChange } from './graphql/changes.ts';
import { alertMarks } from './alerts/query.ts';
import { type RowWatch, watchRows } from './db/watch-rows.ts';
import { jobMarks } from './jobs/marks.ts';
import { createPubSub, type LocalPubSub } from './platform/pubsub.ts';

type OpenChanges = { readonly changes: LocalPubSub; close(): Promise<void> };

/** Receives the changes of all processes, and notifies the subscribers in this one. */
export async function openChanges(db: Database): Promise<OpenChanges> {
  const { changeFeed } = db;
  const onMissed = () => changes.notifyLost();
  // Not for streams: each process checks their versions anyway.
  const watches: Readonly<Partial<Record<Family, RowWatch>>> = {
    jobs: watchRows({
      read: () => jobMarks(db),
      onChange: (job) => changeFeed.notifyLocal([{ job }]),
      onMissed,
    }),
    alerts: watchRows({
      read: () => alertMarks(db),
      onChange: (alert) => changeFeed.notifyLocal([{ alert: Number(alert) }]),
      onMissed,
    }),
  };
  const changes = createPubSub({
    join: async (topic) => {
      const family = familyOfTopic(topic);
      await Promise.all([changeFeed.join(family), watches[family]?.begin()]);
    },
    leave: (topic) => {
      const family = familyOfTopic(topic);
      changeFeed.leave(family);
      watches[family]?.end();
    },
  });
  const stop = changeFeed.listen({
    onChange: (change) => publishChange(changes, change),
    onBack: () => changes.notifyLost(),
  });
  const stopReceiving = await changeFeed.receive();
  const close = async () => {
    stop();
    await stopReceiving();
  };
  return { changes, close };
}
