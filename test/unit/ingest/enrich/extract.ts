import { findCashtags } from '../../../../src/ingest/enrich/cashtags.ts';
import { findHashtags } from '../../../../src/ingest/enrich/hashtags.ts';
import { findMentions } from '../../../../src/ingest/enrich/mentions.ts';
import type { Span } from '../../../../src/ingest/enrich/spans.ts';
import { findUrls } from '../../../../src/ingest/enrich/urls.ts';

// What enrichment finds in a text, in the form that the conformance suite of twitter-text expects.

type Indices = readonly [start: number, end: number];

const valuesOf = (spans: readonly Span[]): string[] => spans.map(({ value }) => value);

/** The place of a span in code points, as Twitter counts them. */
function indicesOf(text: string, { start, end }: Span): Indices {
  const pointsBefore = (unit: number) => [...text.slice(0, unit)].length;
  return [pointsBefore(start), pointsBefore(end)];
}

const mentionsIn = (text: string) => findMentions(text, findUrls(text));
const hashtagsIn = (text: string) => findHashtags(text, findUrls(text));

/** The links of a text, as they are written. */
export const extractUrls = (text: string): string[] => valuesOf(findUrls(text));

/** As `extractUrls`, with the place of each. */
export const extractUrlsWithIndices = (text: string): { url: string; indices: Indices }[] =>
  findUrls(text).map((span) => ({ url: span.value, indices: indicesOf(text, span) }));

/** The hashtags of a text, without #. */
export const extractHashtags = (text: string): string[] => valuesOf(hashtagsIn(text));

/** As `extractHashtags`, with the place of each, # included. */
export const extractHashtagsWithIndices = (text: string): { hashtag: string; indices: Indices }[] =>
  hashtagsIn(text).map((span) => ({ hashtag: span.value, indices: indicesOf(text, span) }));

/** The cashtags of a text, without $. */
export const extractCashtags = (text: string): string[] => valuesOf(findCashtags(text));

/** As `extractCashtags`, with the place of each, $ included. */
export const extractCashtagsWithIndices = (text: string): { cashtag: string; indices: Indices }[] =>
  findCashtags(text).map((span) => ({ cashtag: span.value, indices: indicesOf(text, span) }));

/** The handles that a text mentions, also those of lists (`@user/list`). */
export const extractMentions = (text: string): string[] => valuesOf(mentionsIn(text));

/** Mentions and lists, with the place of each; the slug of a mention is ''. */
export const extractMentionsOrListsWithIndices = (
  text: string,
): { screen_name: string; list_slug: string; indices: Indices }[] =>
  mentionsIn(text).map((span) => ({
    screen_name: span.value,
    list_slug: text.slice(span.start + 1 + span.value.length, span.end),
    indices: indicesOf(text, span),
  }));

/** Mentions without lists, with the place of each. */
export const extractMentionsWithIndices = (text: string): { screen_name: string; indices: Indices }[] =>
  extractMentionsOrListsWithIndices(text)
    .filter(({ list_slug }) => list_slug === '')
    .map(({ screen_name, indices }) => ({ screen_name, indices }));

/** The handle that a text is a reply to, because it starts with its mention; null otherwise. */
export function extractReply(text: string): string | null {
  const [first] = mentionsIn(text);
  return first !== undefined && first.start === text.search(/\S/) ? first.value : null;
}
