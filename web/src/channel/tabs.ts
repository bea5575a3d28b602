import type { MetricName } from '../search-params/page.ts';

/** The metrics of a chat's main chart. */
export const tabs = ['POSTS', 'AUTHORS', 'EMOTES', 'BITS', 'SENTIMENT'] as const;
export type ChatTab = (typeof tabs)[number];

/** Returns the tab in an address; messages when a chat has no such tab. */
export const chatTabOf = (metric: MetricName): ChatTab => tabs.find((tab) => tab === metric) ?? 'POSTS';
