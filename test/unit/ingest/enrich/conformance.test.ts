import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  extractCashtags,
  extractCashtagsWithIndices,
  extractHashtags,
  extractHashtagsWithIndices,
  extractMentions,
  extractMentionsOrListsWithIndices,
  extractMentionsWithIndices,
  extractReply,
  extractUrls,
  extractUrlsWithIndices,
} from './extract.ts';

type Case = { readonly description: string; readonly text: string; readonly expected: unknown };

const realData =
  process.env.REAL_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const file = join(realData, 'twitter-text-conformance/extract.yml');

const extractors: Record<string, (text: string) => unknown> = {
  mentions: extractMentions,
  mentions_with_indices: extractMentionsWithIndices,
  mentions_or_lists_with_indices: extractMentionsOrListsWithIndices,
  replies: extractReply,
  urls: extractUrls,
  urls_with_indices: extractUrlsWithIndices,
  urls_with_directional_markers: extractUrlsWithIndices,
  tco_urls_with_params: extractUrls,
  hashtags: extractHashtags,
  hashtags_from_astral: extractHashtags,
  hashtags_with_indices: extractHashtagsWithIndices,
  cashtags: extractCashtags,
  cashtags_with_indices: extractCashtagsWithIndices,
};

if (existsSync(file)) {
  const sections = (parse(readFileSync(file, 'utf8')) as { tests: Record<string, readonly Case[]> }).tests;

  test('every section of the conformance file has its extractor', () => {
    expect(Object.keys(sections).sort()).toEqual(Object.keys(extractors).sort());
  });

  for (const [section, cases] of Object.entries(sections)) {
    describe(`twitter-text conformance: ${section}`, () => {
      test.each(cases)('$description', ({ text, expected }) => {
        expect(extractors[section]?.(text)).toEqual(expected ?? null);
      });
    });
  }
} else {
  console.log(
    `SKIPPED twitter-text conformance: there is no ${file}; set REAL_DATA to the folder of real data`,
  );
  test.skip('twitter-text conformance (set REAL_DATA)', () => {});
}
