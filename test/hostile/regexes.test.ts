import { describe, expect, test } from 'vitest';
import { attacksOn, constructed, constructing, literals, type Written } from '../support/regexes.ts';
import { cpuMs, leastMs, slowFrom } from '../support/work.ts';

/** Searches from each place and takes all matches: no caller takes longer, whatever it does with them. */
const search = (regex: RegExp, text: string) => void text.replace(regex, '');

type Attack = (size: number) => string;
type Tried = { readonly slow: string | null; readonly worst: readonly Attack[] };

/** Tries all attacks: those on which the expression is slow, null when there is none, and the slowest one. */
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
/**
 * An expression may take as long as this many plain ones that replace each character: some match each character, with
 * four lookarounds.
 */
const plainMax = 50;
/** A text that takes this many plain ones is far from the limit, and is not measured more precisely. */
const plainFew = 5;
const plainMs = leastMs(() => search(plain, 'a'.repeat(longText)));
/**
 * The long text for which the expression takes longer than `plainMax` plain ones; null when there is none. Both run on
 * the same machine at the same time, so neither its speed nor other work on it matters.
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

/** The fault of an expression; null when there is none. An expression that several files have is tried once. */
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

  test.each(constructing())('%s, which is built when the module is loaded', async (file) => {
    const made = await constructed(file);
    expect(made).not.toEqual([]);
    expect(made.flatMap((one) => fault(one) ?? [])).toEqual([]);
  });

  test.each([/\S*$/, /(a+)+$/])('a slow one is detected: %s', (regex) => {
    expect(tryAttacks({ file: 'here', regex }).slow).toContain('slow from');
  });

  test('one that is slow, though linear, is detected', () => {
    const regex = /(?:(?=.{0,2000})(?=.{0,1999}).)+/g;
    const attack = (size: number) => 'a'.repeat(size);
    expect(String(overLimit({ file: 'here', regex }, [attack]))).toContain('for a long text');
  });
});
