import { commandPattern } from './command.ts';
import type { PostKind } from './post.ts';
import { emoteNamesIn } from './stored-emotes.ts';

/** What the traits of a chat message are told from. */
export type Message = {
  readonly kind: PostKind;
  readonly text: string;
  readonly mentions: readonly string[];
  /** JSON text of a list with a `name` in each; null without emotes. */
  readonly emotes: string | null;
};

/** A trait of chat messages, as a condition on a row `p` of posts in SQL, and of a post in memory. */
export type Trait = { readonly sql: string; readonly is: (message: Message) => boolean };

/**
 * A question mark where a word ends, of Latin, Chinese or Arabic writing: as a regular expression of Postgres and of
 * JavaScript. The mark in the middle of a link is none.
 */
const questionPattern = '[?？؟]!?( |$)';
const question = new RegExp(questionPattern);
const command = new RegExp(commandPattern);

/** What may stand between emotes: spaces, and the characters that chat programs add so that a text can be sent twice. */
const between = ' \t\n\u00a0\u3000\u034f\u{e0000}';
const isBetween = new Set([...between].map((char) => char.codePointAt(0)));

/** Characters of a text that are not `between`, counted as Postgres does: by code point. */
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
  let ofNames = 0;
  for (const name of emoteNamesIn(emotes)) ofNames += countWritten(name);
  return countWritten(text) === ofNames;
}

const written = (text: string) => `char_length(translate(${text}, '${between}', ''))`;

/** What a chat message can be, one beside the other. A post of another kind is none of it. */
export const traits = {
  /** Nothing but emotes: the text is as long as their names together. */
  emoteOnly: {
    sql: `p.kind = 'MESSAGE' and p.emotes is not null and ${written('p.text')} =
      (select sum(${written(`e->>'name'`)}) from json_array_elements(p.emotes) e)`,
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
  /** Somebody is named with an @, as in each reply. */
  mention: {
    sql: `p.kind = 'MESSAGE' and coalesce(cardinality(p.mentions), 0) > 0`,
    is: ({ kind, mentions }) => kind === 'MESSAGE' && mentions.length > 0,
  },
} as const satisfies Record<string, Trait>;
