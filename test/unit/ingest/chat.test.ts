import { describe, expect, test } from 'vitest';
import { enrich } from '../../../src/ingest/enrich/enrich.ts';
import { readChat } from '../../../src/providers/twitch/read-chat.ts';
import { must } from '../../../src/shared/errors.ts';

const at = Date.UTC(2026, 0, 1);
function message(text: string, tags = '') {
  const line = `${tags === '' ? '' : `@${tags} `}:ann!ann@x PRIVMSG #chan :${text}`;
  return enrich(must(readChat(line, { at, observedAt: at })?.post, 'it is a message'));
}
const emotesOf = (text: string, tags?: string) => message(text, tags).chat?.emotes.map(({ name }) => name);

describe('a chat message', () => {
  test('has the emotes that its source tells, and the commonest ones by name, in the order of the text', () => {
    expect(emotesOf('monkaS chanHi Kappa chanHi', 'emotes=9:7-12,20-25')).toEqual([
      'monkaS',
      'chanHi',
      'Kappa',
      'chanHi',
    ]);
    expect(emotesOf('kappa Kappas (Kappa)')).toEqual([]);
  });

  test('has no emote, command, mention or hashtag among its words', () => {
    expect(message('!play dragons chanHi Kappa @bob #race 😂', 'emotes=9:14-19').words).toEqual(['dragons']);
    expect(message('dragons 😂chanHi😂', 'emotes=9:9-14').words).toEqual(['dragons']);
  });

  test('has the sentiment of its emotes', () => {
    const score = (text: string, tags?: string) => message(text, tags).sentiment ?? Number.NaN;
    expect(score('LUL')).toBeGreaterThan(0.05);
    expect(score('SwiftRage')).toBeLessThan(-0.05);
    expect(score('that play BibleThump NotLikeThis')).toBeLessThan(score('that play'));
    expect(score('PogChamp that play')).toBeGreaterThan(score('that play'));
    // Ten equal ones count no more than one.
    expect(score('LUL LUL LUL LUL LUL LUL LUL LUL LUL LUL')).toBe(score('LUL'));
    // An emote of the channel has no sentiment, whatever words its name consists of.
    expect(score('so chanLove', 'emotes=9:3-10')).toBe(score('so'));
  });

  test('of thousands of emotes has the first five hundred', () => {
    expect(emotesOf('Kappa '.repeat(2_500))).toHaveLength(500);
  });
});
