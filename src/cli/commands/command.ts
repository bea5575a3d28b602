import { type Command, InvalidArgumentError } from 'commander';
import { Temporal } from 'temporal-polyfill';

/** Adds a command with the options that all commands have, and with examples after its help. */
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

/** Reads a whole number. */
export function number(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('A whole number is expected.');
  return Number(text);
}

/** Reads a number. */
export const figure = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('A number is expected.');
  return Number(text);
};

/**
 * Reads an instant or a day. Not as Date does: Date turns 30 February into 2 March, and reads a text without an offset
 * as local time.
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
