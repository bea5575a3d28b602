import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHttp, shortUrl, textParts } from '../../../../web/src/posts/entities.ts';
import { highlight, matcherOf } from '../../../../web/src/posts/highlight.ts';
import { historyPath } from '../../../../web/src/posts/history-path.ts';

const matches = (search: string, text: string) =>
  highlight(text, matcherOf(search)).flatMap(({ text: piece, isMatch }) => (isMatch ? [piece] : []));

describe('the matches of a search', () => {
  it.each([
    ['rent', 'Rent and RENT, not parent or rents', ['Rent', 'RENT']],
    ['cafe', 'the Café', ['Café']],
    ['"rent relief"', 'rent relief, and rent for relief', ['rent relief']],
    ['covid-19', 'Covid 19 and covid', ['Covid 19']],
    ['rent -relief', 'rent relief', ['rent']],
    ['rent or tax', 'tax or rent', ['tax', 'rent']],
    ['housing', '#housing @housing', ['housing', 'housing']],
    ['東京', '今日の東京駅', ['東京']],
    ['“rent relief”', 'Rent Relief', ['Rent Relief']],
    ['', 'anything', []],
    ['.*', 'anything', []],
    ['(', '(', []],
  ])('%j in %j', (search, text, found) => expect(matches(search, text)).toEqual(found));

  it('never change the text', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(texts, texts, (search, text) => {
        expect(
          highlight(text, matcherOf(search))
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  it('are found wherever the word is not part of another', () => {
    const words = fc.stringMatching(/^[a-z]{3,8}$/).filter((word) => word !== 'or');
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 8 }), fc.nat(), (all, at) => {
        const word = all[at % all.length] ?? '';
        expect(matches(word, all.join(' '))).toEqual(all.filter((each) => each === word));
      }),
    );
  });
});

describe('the text of a post', () => {
  const post = { hashtags: ['housing', '東京'], mentions: ['mayor'] };
  const linked = (text: string) =>
    textParts(text, post).flatMap(({ kind, target }) => (kind === 'text' ? [] : [`${kind} ${target}`]));

  it.each([
    ['#Housing now', ['hashtag housing']],
    ['#1 and me@mayor.org', []],
    ['@Mayor, hi', ['mention mayor']],
    ['＃東京', ['hashtag 東京']],
    ['see https://a.example/b?c=1#housing.', ['link https://a.example/b?c=1#housing']],
    ['(https://a.example)', ['link https://a.example']],
    ['https://en.wikipedia.org/wiki/Lark_(bird)', ['link https://en.wikipedia.org/wiki/Lark_(bird)']],
    ['javascript:alert(1) @other #other', []],
  ])('%j leads to %j', (text, targets) => expect(linked(text)).toEqual(targets));

  it('is complete, whatever it links to', () => {
    const texts = fc.array(
      fc.oneof(fc.constantFrom('#housing', '@mayor', 'https://a.example/x', ' ', '\n', '. '), fc.string()),
    );
    fc.assert(
      fc.property(texts, (pieces) => {
        const text = pieces.join('');
        expect(
          textParts(text, post)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  it('links only to the web', () => {
    expect(isHttp('https://a.example')).toBe(true);
    expect(isHttp('javascript:alert(1)')).toBe(false);
    expect(isHttp('no address')).toBe(false);
  });

  it('shows short addresses', () => {
    expect(shortUrl('https://www.a.example/')).toBe('a.example');
    expect(shortUrl(`https://a.example/${'x'.repeat(60)}`)).toHaveLength(40);
  });
});

describe('the line of a history', () => {
  it('changes when a change is seen, in proportion to time', () => {
    expect(historyPath([0, 10, 40], [1, 3, 5], 102, 24)).toBe('M1.0 22.0H26.0V12.0H101.0V2.0');
  });

  it('has a gap where nothing is known', () => {
    expect(historyPath([0, 1, 2], [1, null, 1], 102, 24)).toBe('M1.0 12.0M101.0 12.0');
    expect(historyPath([0, 1], [null, null], 102, 24)).toBe('');
  });
});
