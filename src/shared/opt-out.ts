import type { AuthorRef } from './author-ref.ts';

/** Who can opt out of being counted, with the API's descriptions. */
export const optOutKinds = {
  CHATTER: { description: 'A chatter: nothing that they write in any channel is stored.' },
  CHANNEL: { description: 'A channel: nothing of its chat is stored.' },
} as const;
export type OptOutKind = keyof typeof optOutKinds;

/** Chatters who opted out, by login and by id. */
export type OptedOut = { readonly logins: ReadonlySet<string>; readonly ids: ReadonlySet<string> };

export const nobodyOptedOut: OptedOut = { logins: new Set(), ids: new Set() };

/** Whether an author has opted out. */
export const isOptedOut = (
  { logins, ids }: OptedOut,
  author: Pick<AuthorRef, 'handle' | 'platformId'>,
): boolean =>
  logins.has(author.handle.toLowerCase()) || (author.platformId !== null && ids.has(author.platformId));
