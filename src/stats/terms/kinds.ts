/** The kinds of terms that are tallied, with their API descriptions. */
export const termKinds = {
  HASHTAG: { description: 'In lower case, without #.' },
  MENTION: { description: 'Accounts mentioned in the text, in lower case, without @.' },
  WORD: {
    description:
      'Words of the text without stop words, single letters, links, hashtags and mentions. `PostFilter.search` finds each of them.',
  },
  EMOTE: { description: 'Emotes of chat messages, as they were written.' },
  COMMAND: { description: 'Commands for bots in chat messages, in lower case, without !.' },
  EMOJI: { description: 'Whole emoji, with their modifiers.' },
  CASHTAG: { description: 'In lower case, without $.' },
  DOMAIN: { description: 'Hosts of the links, without www.' },
  REPLIED_TO: { description: 'Accounts that were replied to, in lower case, without @.' },
  REPOSTED: { description: 'Accounts that were reposted. A repost has no other terms.' },
  LANGUAGE: { description: 'Languages, as ISO 639-1 codes.' },
  CLIENT: { description: 'Apps that posts were sent with.' },
} as const;

export type TermKind = keyof typeof termKinds;
