import { Temporal } from 'temporal-polyfill';

/** A message as a simple script reads it. */
export type Message = {
  readonly author: string;
  readonly at: number;
  readonly text: string;
  readonly emotes: readonly string[];
  /** Undefined: not in the source. */
  readonly isFirst?: boolean | undefined;
  readonly isReturning?: boolean | undefined;
};
export type ChatQuestion = {
  readonly messages: readonly Message[];
  /** Whether a message is excluded. */
  readonly isLeftOut: (message: Message) => boolean;
  readonly from: number | null;
  readonly to: number | null;
  readonly zone: string;
  readonly weeks: number;
};

const part = (messages: number, of: number) => ({ messages, of, share: of === 0 ? null : messages / of });
const authorsOf = (messages: readonly Message[]) => new Set(messages.map(({ author }) => author));

/** The expected `ChatStats`, counted naively, over at most a hundred thousand messages. */
export function recountChat({ messages: given, isLeftOut, from, to, zone, weeks }: ChatQuestion) {
  const everything = given.toSorted((a, b) => a.at - b.at);
  const all = everything.filter((message) => !isLeftOut(message));
  const messages = all.filter(({ at }) => (from === null || at >= from) && (to === null || at < to));
  const count = (is: (message: Message) => boolean) => part(messages.filter(is).length, messages.length);
  const words = (text: string) => text.split(' ').filter((word) => word !== '');
  let arrivals = { newChatters: 0, returningChatters: 0, markedReturning: 0 };
  const before = authorsOf(from === null ? [] : all.filter(({ at }) => at < from));
  for (const author of authorsOf(messages)) {
    const theirs = messages.filter((message) => message.author === author);
    const isNew =
      theirs.some(({ isFirst }) => isFirst === true) ||
      (theirs[0]?.isFirst === undefined && !before.has(author));
    arrivals = {
      newChatters: arrivals.newChatters + (isNew ? 1 : 0),
      returningChatters: arrivals.returningChatters + (isNew ? 0 : 1),
      markedReturning: arrivals.markedReturning + (theirs.some(({ isReturning }) => isReturning) ? 1 : 0),
    };
  }
  return {
    messages: messages.length,
    chatters: authorsOf(messages).size,
    emoteOnly: count(
      ({ text, emotes }) => words(text).length > 0 && words(text).every((word) => emotes.includes(word)),
    ),
    questions: count(({ text }) => words(text).some((word) => /[?？؟]!?$/.test(word))),
    commands: count(({ text }) => /^![A-Za-z0-9_]/.test(text)),
    mentions: count(({ text }) => words(text).some((word) => /^@[a-z0-9_]+$/i.test(word))),
    duplicates: duplicatesOf(messages),
    arrivals,
    retention: retentionOf(messages, weeksOf(everything, from, to, zone).slice(-weeks), zone),
  };
}

/** Compares with the last message of the same text only. This is enough, since messages are in order of time. */
function duplicatesOf(messages: readonly Message[]) {
  const last = new Map<string, number>();
  let duplicates = 0;
  for (const { text, at } of messages) {
    const before = last.get(text);
    if (before !== undefined && at - before <= 30_000) duplicates++;
    last.set(text, at);
  }
  return part(duplicates, messages.length);
}

function weekOf(at: number, zone: string): Temporal.PlainDate {
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  return day.subtract({ days: day.dayOfWeek - 1 });
}

/** The weeks of the range between the first and the last collected message. */
function weeksOf(collected: readonly Message[], from: number | null, to: number | null, zone: string) {
  const [earliest, latest] = [collected[0]?.at ?? 0, collected.at(-1)?.at ?? -1];
  const [first, last] = [Math.max(from ?? earliest, earliest), Math.min((to ?? latest + 1) - 1, latest)];
  const weeks: Temporal.PlainDate[] = [];
  if (first > last) return weeks;
  for (let week = weekOf(first, zone); ; week = week.add({ days: 7 })) {
    weeks.push(week);
    if (week.equals(weekOf(last, zone))) return weeks;
  }
}

function retentionOf(messages: readonly Message[], weeks: readonly Temporal.PlainDate[], zone: string) {
  const active = new Map<string, Set<string>>();
  for (const { author, at } of messages) {
    const week = String(weekOf(at, zone));
    active.set(week, (active.get(week) ?? new Set()).add(author));
  }
  return weeks.map((week, at) => {
    const chatters = [...(active.get(String(week)) ?? [])];
    return {
      start: week.toZonedDateTime(zone).toInstant().epochMilliseconds,
      chatters: chatters.length,
      kept: weeks
        .slice(at + 1)
        .map((later) => chatters.filter((author) => active.get(String(later))?.has(author)).length),
    };
  });
}
