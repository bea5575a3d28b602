import { type Message, traits } from './message-traits.ts';

/** A message, as far as its marks need it. */
export type Marked = Message & {
  readonly authorId: string;
  readonly isFirst: boolean | null;
  readonly isReturning: boolean | null;
};

/**
 * What is counted of each chatter's messages, by a letter: of all of them the posts per author tell. A value of the tally
 * CHATTER is the letter, a space, and the author. The conditions are on a row `p` of posts in SQL, and on a message in memory.
 */
export const chatterMarks = {
  /** Nothing but emotes. */
  E: traits.emoteOnly,
  Q: traits.question,
  C: traits.command,
  M: traits.mention,
  /** Twitch says that it is their first message. */
  F: { sql: 'p.is_first', is: ({ isFirst }: Marked) => isFirst === true },
  /** Twitch says that they are back after long. */
  B: { sql: 'p.is_returning', is: ({ isReturning }: Marked) => isReturning === true },
  /** Twitch does not say whether it is their first. */
  U: { sql: 'p.is_first is null', is: ({ isFirst }: Marked) => isFirst === null },
} as const;
export type ChatterMark = keyof typeof chatterMarks;

const all = Object.entries(chatterMarks) as readonly (readonly [
  ChatterMark,
  (typeof chatterMarks)[ChatterMark],
])[]; // safe: its own entries

/** The values of the tally CHATTER that a message has. */
export function marksOf(message: Marked): readonly string[] {
  const marks: string[] = [];
  if (message.kind !== 'MESSAGE') return marks;
  for (const [mark, { is }] of all) if (is(message)) marks.push(markOf(mark, message.authorId));
  return marks;
}

/** The value of a mark and an author. */
export const markOf = (mark: ChatterMark, authorId: string): string => `${mark} ${authorId}`;
