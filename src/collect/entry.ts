import type { ProviderName } from '../shared/post.ts';

/** A line of chat that was heard and is to be written to the store. */
export type Entry = {
  readonly streamId: number;
  readonly provider: ProviderName;
  /** When it was heard, in milliseconds since 1970. */
  readonly at: number;
  /** As it came, without line breaks. */
  readonly line: string;
};

/** An entry as one line of text, without an end. */
export const formatEntry = ({ streamId, provider, at, line }: Entry): string =>
  `${streamId} ${provider} ${at} ${line.replace(/[\r\n]+/g, ' ')}`;

/** What `formatEntry` made; null for anything else. */
export function parseEntry(text: string): Entry | null {
  const [, streamId, provider, at] = /^(\d{1,10}) ([A-Z_]{1,20}) (\d{1,15}) /.exec(text) ?? [];
  if (streamId === undefined || provider === undefined || at === undefined) return null;
  const line = text.slice(streamId.length + provider.length + at.length + 3);
  if (provider !== 'TWITCH_IRC' && provider !== 'TWITCH_EVENTSUB') return null;
  return { streamId: Number(streamId), provider, at: Number(at), line };
}
