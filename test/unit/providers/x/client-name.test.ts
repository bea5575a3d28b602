import { expect, test } from 'vitest';
import { clientName } from '../../../../src/providers/x/text.ts';

test.each([
  [
    '<a href="http://twitter.com/download/iphone" rel="nofollow">Twitter for iPhone</a>',
    'Twitter for iPhone',
  ],
  ['<a href="https://example.org">Tom &amp; Jerry</a>', 'Tom & Jerry'],
  ['web', 'web'],
])('%s names %s', (source, name) => {
  expect(clientName(source)).toBe(name);
});

test.each([
  '<a href="http://twitter.com/down',
  '<a href="https://mobile.twitter.com" rel="nofollow">',
  '<a href="https://mobile.twitter.com" rel="nofollow">Twitter We',
  '',
  null,
])('%j names no app', (source) => {
  expect(clientName(source)).toBeNull();
});

test.each(['<', '</', '</a'])('a name is complete before %s', (end) => {
  expect(clientName(`<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App${end}`)).toBe(
    'Twitter Web App',
  );
});
