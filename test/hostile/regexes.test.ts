import { describe, expect, test } from 'vitest';
import { attacksOn, constructed, constructing, literals, type Written } from '../support/regexes.ts';
import { leastMs, slowFrom } from '../support/work.ts';

/** Searching from each place, taking all that is found: whatever a caller does with it takes no longer. */
const search = (regex: RegExp, text: string) => void text.replace(regex, '');

type Attack = (size: number) => string;
type Tried = { readonly slow: string | null; readonly worst: readonly Attack[] };

/** Tries all attacks: what the expression is slow on, null where nothing was found, and on which it takes longest. */
function tryAttacks({ file, regex }: Written): Tried {
  const timed: { attack: Attack; ms: number }[] = [];
  for (const attack of attacksOn(regex)) {
    const size = slowFrom(
      (length) => search(regex, attack(length)),
      16_000,
      (ms) => timed.push({ attack, ms }),
    );
    if (size !== null) {
      const slow = `${file} ${regex}: slow from ${size} characters of ${JSON.stringify(attack(6))}`;
      return { slow, worst: [] };
    }
  }
  const worst = timed.sort((a, b) => b.ms - a.ms).slice(0, 3);
  return { slow: null, worst: worst.map(({ attack }) => attack) };
}

const megabyte = 1_000_000;
/**
 * What of a megabyte takes the expression over 100 ms of processor time; null when nothing does. On a slow machine it
 * may be as long as eight times what it takes to replace each character there.
 */
function overLimit({ file, regex }: Written, attacks: readonly Attack[]): string | null {
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

const found = new Map<string, string | null>();

/** What is wrong with an expression; null when nothing is. One that stands in several files is tried once. */
function fault(one: Written): string | null {
  const known = found.get(String(one.regex));
  if (known !== undefined) return known;
  const { slow, worst } = tryAttacks(one);
  const wrong = slow ?? overLimit(one, worst);
  found.set(String(one.regex), wrong);
  return wrong;
}

describe('regular expressions take time in proportion to the text', () => {
  const written = literals();

  test.each([...new Set(written.map(({ file }) => file))])('%s', (file) => {
    const own = written.filter((one) => one.file === file);
    expect(own.flatMap((one) => fault(one) ?? [])).toEqual([]);
  });

  test.each(constructing())('%s, made when it is loaded', async (file) => {
    const made = await constructed(file);
    expect(made).not.toEqual([]);
    expect(made.flatMap((one) => fault(one) ?? [])).toEqual([]);
  });

  test.each([/\S*$/, /(a+)+$/])('a slow one is found out: %s', (regex) => {
    expect(tryAttacks({ file: 'here', regex }).slow).toContain('slow from');
  });

  test('one that takes long though in proportion is found out', () => {
    const regex = /(?:(?=.{0,300})(?=.{0,299}).)+/g;
    const attack = (size: number) => 'a'.repeat(size);
    expect(String(overLimit({ file: 'here', regex }, [attack]))).toContain('for a megabyte');
  });
});
