import type { MetricName } from '../search-params/page.ts';

/** What the main chart of a chat can show. */
export const tabs = ['POSTS', 'AUTHORS', 'EMOTES', 'BITS', 'SENTIMENT'] as const;
export type ChatTab = (typeof tabs)[number];

/** Returns the tab that an address asks for; messages when a chat has none of that name. */
export const chatTabOf = (metric: MetricName): ChatTab => tabs.find((tab) => tab === metric) ?? 'POSTS';
