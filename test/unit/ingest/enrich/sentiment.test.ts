import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { scoreSentiment } from '../../../../src/ingest/enrich/sentiment/score.ts';
import { scoreEnglish } from '../../../../src/ingest/enrich/sentiment/vader.ts';

const realData =
  process.env.REAL_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const ratings = join(realData, 'sentiment/vader-tweets_GroundTruth.tsv.gz');

describe('English', () => {
  // The sentences and compound scores of VADER's own documentation, except the one with emoji.
  test.each([
    ['VADER is smart, handsome, and funny.', 0.8316],
    ['VADER is smart, handsome, and funny!', 0.8439],
    ['VADER is very smart, handsome, and funny.', 0.8545],
    ['VADER is VERY SMART, handsome, and FUNNY.', 0.9227],
    ['VADER is VERY SMART, handsome, and FUNNY!!!', 0.9342],
    ['VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!', 0.9469],
    ['VADER is not smart, handsome, nor funny.', -0.7424],
    ['The book was good.', 0.4404],
    ["At least it isn't a horrible book.", 0.431],
    ['The book was only kind of good.', 0.3832],
    ['The plot was good, but the characters are uncompelling and the dialog is not great.', -0.7042],
    ['Today SUX!', -0.5461],
    ["Today only kinda sux! But I'll get by, lol", 0.5249],
    ['Make sure you :) or :D today!', 0.8633],
    ['Not bad at all', 0.431],
    ['Sentiment analysis has never been good.', -0.3412],
    ['Sentiment analysis has never been this good!', 0.5672],
    ['Most automated sentiment analysis tools are shit.', -0.5574],
    ['With VADER, sentiment analysis is the shit!', 0.6476],
    ['Other sentiment analysis tools can be quite bad.', -0.5849],
    ['On the other hand, VADER is quite bad ass', 0.802],
    ['VADER is such a badass!', 0.4003],
    ['Without a doubt, excellent idea.', 0.7013],
    ['Roger Dodger is one of the most compelling variations on this theme.', 0.2944],
    ['Roger Dodger is at least compelling as a variation on the theme.', 0.2263],
    ['Roger Dodger is one of the least compelling variations on this theme.', -0.1695],
    ['Not such a badass after all.', -0.2584],
    ['Without a doubt, an excellent idea.', 0.7013],
  ])('%s', (text, expected) => {
    expect(scoreSentiment(text, 'en')).toBe(expected);
  });

  test.each([
    ['what is typed with a curly apostrophe negates too', 'I don’t like it', "I don't like it"],
    ['a lengthened word is the word', 'I loooove it', 'I love it'],
    ['a dropped g is no other word', 'lovin it', 'loving it'],
    ['an ellipsis parts two words', 'great...but no', 'great... but no'],
    ['an undetermined text is read as English', 'I love it', 'I love it'],
  ])('%s', (_, text, same) => {
    expect(scoreSentiment(text, null)).toBe(scoreSentiment(same, 'en'));
  });

  test('a negation does not reach into the next sentence', () => {
    expect(scoreEnglish('Not today. Great news')).toBeGreaterThan(0.5);
  });

  test.each(['win', '❤️'])('%s counts less each time it is repeated', (word) => {
    const [once, twice, often] = [1, 2, 4].map((times) => scoreEnglish(`${word} `.repeat(times)));
    expect(twice).toBeGreaterThan(once as number);
    expect((often as number) - (twice as number)).toBeLessThan(0.15);
  });

  test.each([
    'no issues',
    'No issues at all',
    'no big deal',
    'no rush',
    'no bugs',
    'no problem',
    'no worries',
    'no doubt',
  ])('%s is not negative', (text) => {
    expect(scoreEnglish(text)).toBeGreaterThanOrEqual(0);
  });

  test.each(['no', 'no home', 'no fun'])('%s is negative', (text) => {
    expect(scoreEnglish(text)).toBeLessThan(0);
  });

  test('nothing to score is 0, and null when the language is unknown', () => {
    for (const text of ['', '   ', 'the table', '1234', '🏢']) {
      expect(scoreSentiment(text, 'en')).toBe(0);
      expect(scoreSentiment(text, null)).toBe(null);
    }
  });
});

describe('emoji', () => {
  test.each([
    '❤️',
    '❤',
    '💓',
    '💓💓💓',
    '🖤',
    '💕',
    '👍',
    '👍🏽',
    '👏',
    '😂',
    '😍',
    '🥰',
    '😊',
    '🙏',
    '🎉',
    '❤️‍🔥',
  ])('%s is positive', (emoji) => {
    for (const language of ['en', 'de', 'ja', null])
      expect(scoreSentiment(emoji, language)).toBeGreaterThan(0.05);
  });

  test.each(['👎', '👎🏿', '💔', '😡', '😠', '😒', '🤬', '🙁'])('%s is negative', (emoji) => {
    for (const language of ['en', 'de', 'ja', null])
      expect(scoreSentiment(emoji, language)).toBeLessThan(-0.05);
  });

  // Their names have "Cancer", "fire", "die", "cut", "fallen", "stop", "hand" (VADER: 2.2), "free", "diamond".
  test.each(['♋', '🔥', '🎲', '🥩', '🍂', '🛑', '✋', '🖐', '🈶', '🔶', '🏩'])(
    '%s is no feeling',
    (emoji) => {
      expect(scoreSentiment(emoji, 'en')).toBe(0);
    },
  );

  test('they rate the whole sentence: nothing negates them, and they separate words', () => {
    expect(scoreEnglish("can't wait 😍")).toBeGreaterThan(0.3);
    expect(scoreEnglish('great😍')).toBe(scoreEnglish('great 😍'));
    expect(scoreEnglish('great🍕')).toBe(scoreEnglish('great'));
    expect(scoreEnglish('GREAT 🍕')).toBe(scoreEnglish('GREAT'));
  });
});

describe('other languages', () => {
  test.each([
    ['de', 'Das ist schlecht und schrecklich', -1],
    ['es', '¡Es maravilloso y estoy feliz!', 1],
    ['es', 'no es bueno', -1],
    ['fr', 'une terrible catastrophe', -1],
    ['zh', '我非常高兴', 1],
    ['he', '😍', 1],
    ['de', 'Der Tisch', 0],
  ])('%s: %s', (language, text, sign) => {
    expect(Math.sign(scoreSentiment(text, language) as number)).toBe(sign);
  });

  test.each(['xx', 'dv', 'bo', '../../package'])('%s has no lexicon, so no score', (language) => {
    for (const text of ['great', 'ok 😍', '']) expect(scoreSentiment(text, language)).toBe(null);
  });
});

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[of], 0) / pairs.length;
  const [mx, my] = [mean(0), mean(1)];
  const sum = (term: (dx: number, dy: number) => number) =>
    pairs.reduce((total, [x, y]) => total + term(x - mx, y - my), 0);
  return sum((dx, dy) => dx * dy) / Math.sqrt(sum((dx) => dx * dx) * sum((_, dy) => dy * dy));
}

if (existsSync(ratings)) {
  test('scores agree with the ratings of twenty people at r = 0.88', () => {
    const rows = gunzipSync(readFileSync(ratings)).toString('utf8').trimEnd().split('\n');
    const pairs = rows.map((row) => {
      const [, mean, text] = row.split('\t');
      return [Number(mean), scoreEnglish(text ?? '')] as const;
    });
    expect(pairs).toHaveLength(4_200);
    expect(correlation(pairs)).toBeGreaterThanOrEqual(0.88);
  });
} else {
  console.log(`SKIPPED agreement with people's ratings: there is no ${ratings}; set REAL_DATA`);
  test.skip('agreement with ratings (set REAL_DATA)', () => {});
}
