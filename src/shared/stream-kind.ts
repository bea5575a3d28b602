/** The kinds of streams, with the API's descriptions. */
export const streamKinds = {
  ACCOUNT: { description: "A user's own posts." },
  TOPIC: { description: 'What a search finds.' },
  CHANNEL: { description: 'The chat of a channel on Twitch.' },
} as const;
export type StreamKind = keyof typeof streamKinds;
