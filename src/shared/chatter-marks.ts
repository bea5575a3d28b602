import { type Message, traits } from './message-traits.ts';

/** The parts of a message that its marks depend on. */
export type Marked = Message & {
  readonly authorId: string;
  readonly isFirst: boolean | null;
  readonly isReturning: boolean | null;
};

/**
 * The marks by which each chatter's messages are counted, each with a letter. (The number of all messages is in the
 * posts per author.) A value of the tally CHATTER is the letter, a space, and the author. The conditions apply to a row
 * `p` of posts in SQL, and to a message in memory.
 */
export const chatterMarks = {
  /** Nothing but emotes. */
  E: traits.emoteOnly,
  Q: traits.question,
  C: traits.command,
  M: traits.mention,
  /** Twitch marks it as the chatter's first message. */
  F: { sql: 'p.is_first', is: ({ isFirst }: Marked) => isFirst === true },
  /** Twitch marks the chatter as returning. */
  B: { sql: 'p.is_returning', is: ({ isReturning }: Marked) => isReturning === true },
  /** Unknown whether it is the chatter's first message. */
  U: { sql: 'p.is_first is null', is: ({ isFirst }: Marked) => isFirst === null },
} as const;
export type ChatterMark = keyof typeof chatterMarks;

const all = Object.entries(chatterMarks) as readonly (readonly [
  ChatterMark,
  (typeof chatterMarks)[ChatterMark],
])[]; // safe: its own entries

/** Returns the values of the tally CHATTER for a message. */
export function marksOf(message: Marked): readonly string[] {
  const marks: string[] = [];
  if (message.kind !== 'MESSAGE') return marks;
  for (const [mark, { is }] of all) if (is(message)) marks.push(markOf(mark, message.authorId));
  return marks;
}

/** Returns the value of a mark and an author. */
export const markOf = (mark: ChatterMark, authorId: string): string => `${mark} ${authorId}`;
