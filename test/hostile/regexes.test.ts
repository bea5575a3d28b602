import { describe, expect, test } from 'vitest';
import { attacksOn, constructed, constructing, literals, type Written } from '../support/regexes.ts';
import { cpuMs, leastMs, slowFrom } from '../support/work.ts';

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

const longText = 250_000;
const plain = /[\s\S]/gu;
/** An expression may take as long as so many that replace each character: some make a match of each, with four looks. */
const plainMax = 50;
/** What takes so many plain ones is far from the limit, whatever the text: it is not looked at more closely. */
const plainFew = 5;
const plainMs = leastMs(() => search(plain, 'a'.repeat(longText)));
/**
 * What of a long text takes the expression longer than `plainMax` plain ones; null when nothing does. Both run on the
 * same machine at the same time, so that neither its speed nor what else it does decides.
 */
function overLimit({ file, regex }: Written, attacks: readonly Attack[]): string | null {
  for (const attack of attacks) {
    const text = attack(longText);
    if (cpuMs(() => search(regex, text)) <= plainFew * plainMs) continue;
    const times = leastMs(() => search(regex, text)) / leastMs(() => search(plain, text));
    if (times <= plainMax) continue;
    return `${file} ${regex}: ${times.toFixed()} plain ones for a long text of ${JSON.stringify(attack(6))}`;
  }
  return null;
}

const fine = new Set<string>();

/** What is wrong with an expression; null when nothing is. One that stands in several files is found fine once. */
function fault(one: Written): string | null {
  if (fine.has(String(one.regex))) return null;
  const { slow, worst } = tryAttacks(one);
  const wrong = slow ?? overLimit(one, worst);
  if (wrong === null) fine.add(String(one.regex));
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
    const regex = /(?:(?=.{0,2000})(?=.{0,1999}).)+/g;
    const attack = (size: number) => 'a'.repeat(size);
    expect(String(overLimit({ file: 'here', regex }, [attack]))).toContain('for a long text');
  });
});
