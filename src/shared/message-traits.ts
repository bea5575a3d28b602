import { commandPattern } from './command.ts';
import type { PostKind } from './post.ts';
import { emoteNamesIn, emoteNamesOf } from './stored-emotes.ts';

/** The parts of a chat message that its traits depend on. */
export type Message = {
  readonly kind: PostKind;
  readonly text: string;
  readonly mentions: readonly string[];
  /** JSON text of a list of objects with a `name`; null without emotes. */
  readonly emotes: string | null;
};

/** A trait of chat messages, as an SQL condition on a row `p` of posts and as a function of a message in memory. */
export type Trait = { readonly sql: string; readonly is: (message: Message) => boolean };

/**
 * A Latin, Chinese or Arabic question mark at the end of a word, as a regular expression for both Postgres and
 * JavaScript. A mark in the middle of a link does not count.
 */
const questionPattern = '[?？؟]!?( |$)';
const question = new RegExp(questionPattern);
const command = new RegExp(commandPattern);

/**
 * Characters that may be between emotes: spaces, and the characters that chat programs add so that a text can be sent
 * twice.
 */
const between = ' \t\n\u00a0\u3000\u034f\u{e0000}';
const isBetween = new Set([...between].map((char) => char.codePointAt(0)));

/** Counts the characters of a text that are not `between`, like Postgres by code point. */
function countWritten(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at);
    if (code > 127) {
      code = text.codePointAt(at) ?? code;
      if (code > 0xffff) at++;
      if (!isBetween.has(code)) count++;
    } else if (code !== 32 && code !== 9 && code !== 10) count++;
  }
  return count;
}

function isEmoteOnly({ text, emotes }: Message): boolean {
  if (emotes === null) return false;
  let inNames = 0;
  for (const name of emoteNamesIn(emotes)) inNames += countWritten(name);
  return countWritten(text) === inNames;
}

const written = (text: string) => `char_length(translate(${text}, '${between}', ''))`;

/** Returns SQL for whether a message `p` is only emotes, whose names an expression tells: see `emoteNamesOf`. */
export const emoteOnlyBy = (names: string): string =>
  `p.kind = 'MESSAGE' and p.emotes is not null and ${written('p.text')} = ${written(`array_to_string(${names}, '')`)}`;

/** The traits of chat messages, which may be combined. Posts of other kinds have none. */
export const traits = {
  /** Only emotes: the text is as long as their names together. */
  emoteOnly: {
    sql: emoteOnlyBy(emoteNamesOf('p.emotes', 'all')),
    is: (message) => message.kind === 'MESSAGE' && isEmoteOnly(message),
  },
  question: {
    sql: `p.kind = 'MESSAGE' and p.text ~ '${questionPattern}'`,
    is: ({ kind, text }) => kind === 'MESSAGE' && question.test(text),
  },
  command: {
    sql: `p.kind = 'MESSAGE' and p.text ~ '${commandPattern}'`,
    is: ({ kind, text }) => kind === 'MESSAGE' && command.test(text),
  },
  /** Mentions somebody with @, as every reply does. */
  mention: {
    sql: `p.kind = 'MESSAGE' and coalesce(cardinality(p.mentions), 0) > 0`,
    is: ({ kind, mentions }) => kind === 'MESSAGE' && mentions.length > 0,
  },
} as const satisfies Record<string, Trait>;
