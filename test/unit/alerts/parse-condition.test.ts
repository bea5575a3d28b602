import { describe, expect, test } from 'vitest';
import { type GivenCondition, parseCondition } from '../../../src/alerts/parse-condition.ts';
import { dayMs, hourMs } from '../../../src/shared/instant.ts';

const burst = { hashtag: '#Sea', window: hourMs, minScore: 3, minPosts: 10 };
const wordRate = { word: 'harbour', window: hourMs, minPosts: 10 };
const likes = { timesNormal: 5, minLikes: 50, within: 2 * dayMs };

describe('a condition', () => {
  test.each<[GivenCondition, object]>([
    [{ posts: { search: 'sea', own: true } }, { kind: 'POSTS', filter: { search: 'sea' } }],
    [{ posts: { hashtags: ['#Sea'], minLikes: null } }, { kind: 'POSTS', filter: { hashtags: ['#Sea'] } }],
    [{ burst }, { kind: 'BURST', tag: 'sea', windowMs: hourMs, minScore: 3, minPosts: 10 }],
    [{ burst: { ...burst, hashtag: '＃ＳＥＡ' } }, { tag: 'sea' }],
    [{ wordRate }, { kind: 'WORD_RATE', word: 'harbour', times: null }],
    [{ likes }, { kind: 'LIKES', times: 5, minLikes: 50, withinMs: 2 * dayMs }],
    [{ followersLost: { percent: 2, within: dayMs } }, { kind: 'FOLLOWERS_LOST', count: null, percent: 2 }],
    [{ likes, burst: null, posts: undefined }, { kind: 'LIKES' }],
  ])('is read: %j', (given, expected) => {
    expect(parseCondition(given)).toMatchObject(expected);
  });

  test.each<[GivenCondition, string]>([
    [{}, 'exactly one'],
    [{ likes, burst }, '2 given'],
    [{ posts: {} }, 'Empty filter'],
    [{ posts: { search: ' ' } }, 'Empty search'],
    [{ posts: { search: 'a', range: {} } }, 'leave out range'],
    [{ posts: { search: 'a', streams: ['x'] } }, 'Give the streams of the alert'],
    [{ posts: { search: 'a', own: null } }, 'leave out own'],
    [{ posts: { authors: Array<string>(500).fill('somebody') } }, 'Too many authors'],
    [{ posts: { clients: Array<string>(200).fill('Some app of some length') } }, 'Saved search too long'],
    [{ posts: { authors: ['not a handle'] } }, 'Not a handle'],
    [{ burst: { ...burst, hashtag: '#' } }, 'Not a hashtag'],
    [{ burst: { ...burst, hashtag: 'a'.repeat(300) } }, 'Not a hashtag'],
    [{ burst: { ...burst, window: 0 } }, 'Invalid window: PT0S asked, PT1M to P7D'],
    [{ burst: { ...burst, window: 36_500 * dayMs } }, 'Invalid window'],
    [{ burst: { ...burst, minScore: 0.5 } }, 'Invalid minScore'],
    [{ burst: { ...burst, minPosts: 0 } }, 'Invalid minPosts'],
    [{ wordRate: { ...wordRate, word: '!?' } }, 'No word'],
    [{ wordRate: { ...wordRate, word: 'a '.repeat(150) } }, 'Word too long'],
    [{ wordRate: { ...wordRate, timesUsual: 0.1 } }, 'Invalid timesUsual'],
    [{ likes: { ...likes, timesNormal: Number.NaN } }, 'Invalid timesNormal'],
    [{ likes: { ...likes, minLikes: -1 } }, 'Invalid minLikes'],
    [{ likes: { ...likes, within: 0 } }, 'Invalid within'],
    [{ followersLost: { within: dayMs } }, 'either count or percent'],
    [{ followersLost: { count: 1, percent: 1, within: dayMs } }, 'either count or percent'],
    [{ followersLost: { percent: 101, within: dayMs } }, 'Invalid percent'],
  ])('is refused: %j', (given, reason) => {
    expect(() => parseCondition(given)).toThrow(reason);
  });
});
