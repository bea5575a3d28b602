import { loadAccount } from './account/load.ts';
import { loadChannel } from './channel/load.ts';
import { loadTopic } from './topic/load.ts';

/**
 * The pages of a stream by the first part of their addresses: how to read the second part, and how to request the
 * page's data. Loaded before the rest of the dashboard, so it must not import code for display.
 */
export const streamPages = {
  x: { nameOf: (part: string) => part.replace(/^@/, ''), load: loadAccount },
  topic: { nameOf: (part: string) => part, load: loadTopic },
  twitch: { nameOf: (part: string) => part.replace(/^[@#]/, '').toLowerCase(), load: loadChannel },
} as const;
