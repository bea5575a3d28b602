import { describe, expect, test } from 'vitest';
import { attacksOn, constructed, constructing, literals, type Written } from '../support/regexes.ts';
import { leastMs, slowFrom } from '../support/work.ts';

/** Searching from each place, taking all that is found: whatever a caller does with it takes no longer. */
const search = (regex: RegExp, text: string) => void text.replace(regex, '');

/** What the expression is slow on; null where nothing was found. */
function slownessOf({ file, regex }: Written): string | null {
  for (const attack of attacksOn(regex)) {
    const size = slowFrom((length) => search(regex, attack(length)));
    if (size !== null)
      return `${file} ${regex}: slow from ${size} characters of ${JSON.stringify(attack(6))}`;
  }
  return null;
}

const megabyte = 1_000_000;
/** Those of its attacks on which an expression takes longest at a size that all can be tried at. */
function worstAttacks(regex: RegExp): readonly ((size: number) => string)[] {
  const timed = attacksOn(regex).map((attack) => {
    const text = attack(16_000);
    const begun = performance.now();
    search(regex, text);
    return { attack, ms: performance.now() - begun };
  });
  return timed
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 3)
    .map(({ attack }) => attack);
}

/**
 * What of a megabyte takes the expression over 100 ms of processor time; null when nothing does. On a slow machine it
 * may be as long as eight times what it takes to replace each character there.
 */
function overLimit({ file, regex }: Written, attacks = worstAttacks(regex)): string | null {
  for (const attack of attacks) {
    const text = attack(megabyte);
    let ms = Number.POSITIVE_INFINITY;
    // Looked at again before it is found too slow: what else runs may hold up every run of a first look.
    const isSlow = Array.from({ length: 5 }).every(() => {
      ms = Math.min(
        ms,
        leastMs(() => search(regex, text)),
      );
      return ms > 100 && ms > 8 * leastMs(() => search(/[\s\S]/gu, text));
    });
    if (!isSlow) continue;
    return `${file} ${regex}: ${ms.toFixed()} ms for a megabyte of ${JSON.stringify(attack(6))}`;
  }
  return null;
}

describe('regular expressions take time in proportion to the text', () => {
  const written = literals();

  test.each([...new Set(written.map(({ file }) => file))])('%s', (file) => {
    const own = written.filter((one) => one.file === file);
    expect(own.flatMap((one) => slownessOf(one) ?? overLimit(one) ?? [])).toEqual([]);
  });

  test.each(constructing())('%s, made when it is loaded', async (file) => {
    const made = await constructed(file);
    expect(made).not.toEqual([]);
    expect(made.flatMap((one) => slownessOf(one) ?? overLimit(one) ?? [])).toEqual([]);
  });

  test.each([/\S*$/, /(a+)+$/])('a slow one is found out: %s', (regex) => {
    expect(slownessOf({ file: 'here', regex })).toContain('slow from');
  });

  test('one that takes long though in proportion is found out', () => {
    const regex = /(?:(?=.{0,300})(?=.{0,299}).)+/g;
    const attack = (size: number) => 'a'.repeat(size);
    expect(String(overLimit({ file: 'here', regex }, [attack]))).toContain('for a megabyte');
  });
});
