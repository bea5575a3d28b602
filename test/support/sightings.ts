import fc from 'fast-check';
import { observed } from './posts.ts';

const figure = fc.option(fc.nat(1_000), { nil: null });
const term = fc.constantFrom('a', 'b', 'c', 'd"e', 'f\\g', '日本', '{h,i}');
const terms = fc.uniqueArray(term, { maxLength: 3 });
/** The content of one delivery about one of a dozen posts. */
export const sighting = fc.record({
  platformId: fc.integer({ min: 1, max: 12 }).map(String),
  createdAt: fc.integer({ min: 0, max: 400 }).map((hours) => Date.UTC(2024, 0, 1) + hours * 1_234_567),
  observedAt: fc.integer({ min: 0, max: 5 }).map((days) => observed + days * 86_400_000),
  own: fc.boolean(),
  kind: fc.constantFrom('ORIGINAL' as const, 'REPLY' as const, 'REPOST' as const, 'QUOTE' as const),
  metrics: fc.record({
    likes: figure,
    reposts: figure,
    replies: figure,
    quotes: figure,
    bookmarks: figure,
    impressions: figure,
  }),
  hashtags: terms,
  words: terms,
  emoji: terms,
  client: fc.option(term, { nil: null }),
  sentiment: fc.option(
    fc.integer({ min: -10_000, max: 10_000 }).map((score) => score / 10_000),
    { nil: null },
  ),
});
