import type { AuthorRef } from './author-ref.ts';

/** Who can want not to be counted, with the sentence that the API says of each. */
export const optOutKinds = {
  CHATTER: { description: 'Somebody who writes in chats: nothing that they write in any channel is kept.' },
  CHANNEL: { description: 'A channel: nothing of its chat is kept.' },
} as const;
export type OptOutKind = keyof typeof optOutKinds;

/** Chatters whose messages are not kept, by the logins and the ids that they are known by. */
export type OptedOut = { readonly logins: ReadonlySet<string>; readonly ids: ReadonlySet<string> };

export const nobodyOptedOut: OptedOut = { logins: new Set(), ids: new Set() };

/** Whether an author is one of them. */
export const isOptedOut = (
  { logins, ids }: OptedOut,
  author: Pick<AuthorRef, 'handle' | 'platformId'>,
): boolean =>
  logins.has(author.handle.toLowerCase()) || (author.platformId !== null && ids.has(author.platformId));
