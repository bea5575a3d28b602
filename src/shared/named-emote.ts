/** Services beside Twitch whose emotes chats write as plain words, with the sentence that says which. */
export const emoteServices = {
  BTTV: { description: 'BetterTTV.' },
  FFZ: { description: 'FrankerFaceZ.' },
  SEVENTV: { description: '7TV.' },
} as const;
export type EmoteService = keyof typeof emoteServices;

/** An emote that is known by its name: each whole word of a message that is its name is the emote. */
export type NamedEmote = { readonly name: string; readonly imageUrl: string };
