import type { News } from './db/news.ts';
import { familyOfTopic, publishChange } from './graphql/changes.ts';
import { createPubSub, type LocalPubSub } from './platform/pubsub.ts';

type OpenChanges = { readonly changes: LocalPubSub; close(): Promise<void> };

/** Hears what any process changes in the store, and tells those in this one who follow it. */
export async function openChanges(news: News): Promise<OpenChanges> {
  const changes = createPubSub({
    join: (topic) => news.join(familyOfTopic(topic)),
    leave: (topic) => news.leave(familyOfTopic(topic)),
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
