import { loadAccount } from './account/load.ts';
import { loadChannel } from './channel/load.ts';
import { loadTopic } from './topic/load.ts';

/**
 * The pages of a stream by the first part of their addresses: how the second part names it, and what asks for what the page
 * shows. Known before the rest of the dashboard is there: this imports nothing of what only shows.
 */
export const streamPages = {
  x: { nameOf: (part: string) => part.replace(/^@/, ''), load: loadAccount },
  topic: { nameOf: (part: string) => part, load: loadTopic },
  twitch: { nameOf: (part: string) => part.replace(/^[@#]/, '').toLowerCase(), load: loadChannel },
} as const;
