import { expect, test } from 'vitest';
import { sentenceOf } from '../../../../src/providers/x-archive/sentence.ts';

test('a message of a library ends in one full stop, whether it had one or not', () => {
  expect(sentenceOf(new Error('End of central directory record signature not found.'))).toBe(
    'End of central directory record signature not found.',
  );
  expect(sentenceOf(new Error('invalid distance'))).toBe('invalid distance.');
  expect(sentenceOf(new Error('x'.repeat(1_000)))).toBe(`${'x'.repeat(300)}.`);
});
