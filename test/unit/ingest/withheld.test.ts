import { expect, test } from 'vitest';
import { enrich } from '../../../src/ingest/enrich/enrich.ts';
import { mergePost } from '../../../src/ingest/write/merge.ts';
import { toRow } from '../../../src/ingest/write/row.ts';
import { postWith } from './enrich/post.ts';

test('a notice does not replace a known text, whichever is collected first', () => {
  const seen = (text: string, observedAt: number) =>
    toRow('X', 'X_API', enrich(postWith(text, { observedAt })));
  const words = seen('wonderful words', 1);
  const notice = seen('This Tweet from @ada has been withheld in Germany in response to a legal demand.', 2);
  for (const merged of [mergePost(words, notice), mergePost(notice, words)]) {
    expect(merged?.row).toMatchObject({
      text: words.text,
      words: words.words,
      sentiment: words.sentiment,
      seenAt: 2,
    });
  }
  const again = seen('wonderful words', 3);
  expect(mergePost(notice, again)?.row.text).toBe(words.text);
});
