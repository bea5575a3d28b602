import { unbuilt } from './names.ts';

/** What is followed, with the sentence that the API says of each. */
export const streamKinds = {
  ACCOUNT: { description: "A user's own posts." },
  TOPIC: { description: 'What a search finds.' },
  CHANNEL: unbuilt,
} as const;
export type StreamKind = keyof typeof streamKinds;
