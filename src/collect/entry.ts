import type { ProviderName } from '../shared/post.ts';

/** A received chat line that waits to be stored. */
export type Entry = {
  readonly streamId: number;
  readonly provider: ProviderName;
  /** When it was received, in milliseconds since 1970. */
  readonly at: number;
  /** The raw line, without line breaks. */
  readonly line: string;
};

/** Formats an entry as one line of text, without a line break. */
export const formatEntry = ({ streamId, provider, at, line }: Entry): string =>
  `${streamId} ${provider} ${at} ${line.replace(/[\r\n]+/g, ' ')}`;

/** Parses what `formatEntry` made; null for anything else. */
export function parseEntry(text: string): Entry | null {
  const [, streamId, provider, at] = /^(\d{1,10}) ([A-Z_]{1,20}) (\d{1,15}) /.exec(text) ?? [];
  if (streamId === undefined || provider === undefined || at === undefined) return null;
  const line = text.slice(streamId.length + provider.length + at.length + 3);
  if (provider !== 'TWITCH_IRC' && provider !== 'TWITCH_EVENTSUB') return null;
  return { streamId: Number(streamId), provider, at: Number(at), line };
}
