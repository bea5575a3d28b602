import { describe, expect, test } from 'vitest';
import { BadInputError } from '../../../src/shared/errors.ts';
import { parseSharedPage } from '../../../src/shared/share-path.ts';

const nasa = { kind: 'account', handle: 'nasa' } as const;
const bulldog = { kind: 'channel', login: 'admiralbulldog' } as const;
const climate = { kind: 'topic', query: 'climate change' } as const;

describe('the page of an address shows', () => {
  test.each([
    ['/x/nasa', [nasa], false, false],
    ['/x/nasa?range=90d&zone=Asia%2FTokyo', [nasa], false, false],
    ['/topic/climate%20change', [climate], false, false],
    ['/twitch/AdmiralBulldog?range=7d', [bulldog], false, false],
    ['/compare?s=x:nasa,topic:climate%20change&as=index', [nasa, climate], false, false],
    ['/trending?window=PT1H', [], true, false],
    ['/tag/opendata', [], true, false],
    ['/embed/x/nasa?card=calendar', [nasa], false, true],
    ['/embed/twitch/admiralbulldog?card=moments', [bulldog], false, true],
    ['/embed/trending', [], true, true],
  ])('%s', (path, streams, trends, embed) => {
    expect(parseSharedPage(path)).toEqual({ streams, trends, embed });
  });
});

test.each([
  '',
  'x/nasa',
  '/',
  '/x',
  '/x/',
  '/x/na sa',
  '/x/nasa/jobs',
  '/twitch',
  '/twitch/',
  '/twitch/no%20login',
  '/twitch/nasa/chat',
  '/jobs',
  '/system',
  '/posts?search=a',
  '/graphql',
  '/embed',
  '/embed/embed/x/nasa',
  '/x/../jobs',
  '/embed/../x/nasa',
  '//evil.example/x/nasa',
  '/\\evil.example/x/nasa',
  'http://evil.example/x/nasa',
  'javascript:alert(1)',
  '/x/%ff',
  '/x/nasa%2F..%2Fjobs',
  '/x/nasa#a',
  '/x/nasa\n',
  '/compare',
  '/compare?s=x:a,x:b,x:c,x:d,x:e,x:f',
  '/compare?s=job:1',
  '/tag/%20',
  `/topic/${'a'.repeat(3_000)}`,
])('%j is no page that can be shared', (path) => {
  expect(() => parseSharedPage(path)).toThrow(BadInputError);
});
