import { describe, expect, test } from 'vitest';
import { attacksOn, constructed, constructing, literals, type Written } from '../support/regexes.ts';
import { slowFrom } from '../support/work.ts';

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

describe('regular expressions take time in proportion to the text', () => {
  const written = literals();

  test.each([...new Set(written.map(({ file }) => file))])('%s', (file) => {
    const own = written.filter((one) => one.file === file);
    expect(own.flatMap((one) => slownessOf(one) ?? [])).toEqual([]);
  });

  test.each(constructing())('%s, made when it is loaded', async (file) => {
    const made = await constructed(file);
    expect(made).not.toEqual([]);
    expect(made.flatMap((one) => slownessOf(one) ?? [])).toEqual([]);
  });

  test.each([/\S*$/, /(a+)+$/])('a slow one is found out: %s', (regex) => {
    expect(slownessOf({ file: 'here', regex })).toContain('slow from');
  });
});
