/** Third-party services whose emotes are plain words in chats, with their descriptions. */
export const emoteServices = {
  BTTV: { description: 'BetterTTV.' },
  FFZ: { description: 'FrankerFaceZ.' },
  SEVENTV: { description: '7TV.' },
} as const;
export type EmoteService = keyof typeof emoteServices;

/** An emote that is recognised by name: each whole word of a message that equals the name is the emote. */
export type NamedEmote = { readonly name: string; readonly imageUrl: string };
