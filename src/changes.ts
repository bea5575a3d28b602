import type { Logger } from 'pino';
import { changesChannel, parseChange } from './db/changes.ts';
import { listen } from './db/listen.ts';
import { publishChange } from './graphql/changes.ts';
import { createPubSub, type LocalPubSub } from './platform/pubsub.ts';

type OpenChanges = { readonly changes: LocalPubSub; close(): Promise<void> };

/** Hears what any process changes in the store, and tells those in this one who follow it. */
export async function openChanges(url: string, log: Logger): Promise<OpenChanges> {
  const changes = createPubSub();
  const listener = await listen(url, changesChannel, {
    log,
    onMessage: (payload) => {
      const change = parseChange(payload);
      if (change !== null) publishChange(changes, change);
    },
    onBack: () => changes.tellLost(),
  });
  return { changes, close: () => listener.close() };
}
