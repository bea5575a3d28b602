import { type Command, InvalidArgumentError } from 'commander';
import { Temporal } from 'temporal-polyfill';

/** A command with the options that all have. Its help ends with the examples, which can be typed as they stand. */
export function command(
  parent: Command,
  nameAndArguments: string,
  description: string,
  examples: readonly string[] = [],
): Command {
  const made = parent
    .command(nameAndArguments)
    .description(description)
    .option('--json', 'print one JSON object instead of text for people');
  const lines = examples.map((example) => `  larkstat ${example}`);
  return lines.length === 0 ? made : made.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}

/** A whole number, of an option. */
export function number(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('A whole number is expected.');
  return Number(text);
}

/** A number, of an option. */
export const figure = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('A number is expected.');
  return Number(text);
};

/**
 * An instant or a day, of an option. Not as Date reads it: that takes the 30th of February for the 2nd of March, and what has
 * no offset for local time.
 */
export function instant(text: string): number {
  try {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
    return Temporal.Instant.from(isDay ? `${text}T00:00Z` : text).epochMilliseconds;
  } catch {
    throw new InvalidArgumentError(
      'An instant or a day is expected, e.g. 2026-11-21T10:00:00Z or 2026-11-21.',
    );
  }
}
