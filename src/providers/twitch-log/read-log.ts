import { sentAt } from '../twitch/message.ts';
import { type IrcLine, parseIrcLine } from '../twitch/irc-line.ts';
import { BadInputError } from '../../shared/errors.ts';
import { toChatLine } from './chat-line.ts';
import { DayClock, SecondClock } from './clock.ts';
import { cutStamp, type LogFormat } from './formats.ts';
import { type JsonHeader, readJsonRecord } from './from-json.ts';
import { dayOf, loggingBegan, readTextLine } from './from-text.ts';
import { jsonRecords } from './json-records.ts';
import { type LogFile, textOf } from './log-file.ts';
import { lineLengthMax, textLines } from './text-lines.ts';

/** One record of a log. */
export type LogPiece =
  | {
      readonly line: string;
      /** When it was sent, used when the line does not say so itself. */
      readonly at: number;
      /** Its place in the file. */
      readonly where: string;
      readonly reason?: undefined;
    }
  /** A record that cannot be read. */
  | { readonly where: string; readonly reason: string; readonly line?: undefined };

/** Facts that are learned while a log is read. */
export type LogFacts = { login: string | null; displayName: string | null; isZoneAssumed: boolean };

/** Yields the records of a log in order. Fills in `facts`. */
export function readLog(
  file: LogFile,
  format: LogFormat,
  facts: LogFacts,
  signal?: AbortSignal,
): AsyncGenerator<LogPiece> {
  if (format === 'IRC') return readIrc(file, facts, signal);
  if (format === 'TEXT') return readText(file, facts, signal);
  if (format === 'NDJSON') return readLines(file, signal);
  return readJson(file, format, facts, signal);
}

async function* readIrc(file: LogFile, facts: LogFacts, signal?: AbortSignal): AsyncGenerator<LogPiece> {
  const clock = new SecondClock();
  let stamp: number | null = null;
  for await (const { text, number, isTooLong } of textLines(textOf(file, signal))) {
    const where = `line ${number}`;
    const cut = cutStamp(text);
    if (cut.at !== null) stamp = cut.at;
    const line = cut.line.trimEnd();
    if (line === '') continue;
    const parsed = isTooLong ? null : parseIrcLine(line);
    if (parsed === null) yield { where, reason: isTooLong ? tooLong : 'it is not a line of IRC' };
    else if (sentAt(parsed) !== null) yield { where, line, at: 0 };
    else if (!isCounted(parsed)) continue;
    else if (stamp === null) yield { where, reason: 'it has no time' };
    else {
      facts.isZoneAssumed = true;
      yield { where, line, at: clock.next(stamp) };
    }
  }
}

const tooLong = `it is longer than ${lineLengthMax} characters`;
const isCounted = ({ command }: IrcLine) =>
  command === 'PRIVMSG' || command === 'USERNOTICE' || command === 'CLEARCHAT';

async function* readText(file: LogFile, facts: LogFacts, signal?: AbortSignal): AsyncGenerator<LogPiece> {
  const seconds = new SecondClock();
  const named = dayOf(file.name);
  let days = named === null ? null : new DayClock(named);
  for await (const { text, number, isTooLong } of textLines(textOf(file, signal))) {
    const where = `line ${number}`;
    if (text.trim() === '') continue;
    const began = loggingBegan(text);
    if (began !== null) days = new DayClock(began);
    if (text.startsWith('#')) continue;
    const record = isTooLong ? null : readTextLine(text);
    if (record === null) {
      yield { where, reason: isTooLong ? tooLong : 'it is not a chat line' };
      continue;
    }
    if (record.isTimeOfDay && days === null) {
      throw new BadInputError(
        `${file.name} has times without a date: put the date into the file name, as in channel-2026-01-31.log.`,
      );
    }
    const time = record.isTimeOfDay ? (days?.next(record.time) ?? 0) : record.time;
    if (!record.hasZone) facts.isZoneAssumed = true;
    const line = toChatLine({ ...record.chat, channel: record.chat.channel ?? '' });
    yield { where, line, at: record.isExact ? time : seconds.next(time) };
  }
}

async function* readLines(file: LogFile, signal?: AbortSignal): AsyncGenerator<LogPiece> {
  const seconds = new SecondClock();
  for await (const { text, number, isTooLong } of textLines(textOf(file, signal))) {
    if (text.trim() === '') continue;
    const header = { login: null, startedAt: null };
    yield pieceOf(`line ${number}`, isTooLong ? tooLong : readJsonRecord(text, header), seconds);
  }
}

const lists = new Set(['comments', 'messages']);

async function* readJson(
  file: LogFile,
  format: LogFormat,
  facts: LogFacts,
  signal?: AbortSignal,
): AsyncGenerator<LogPiece> {
  const seconds = new SecondClock();
  let header: JsonHeader = { login: null, startedAt: null };
  let number = 0;
  for await (const part of jsonRecords(textOf(file, signal), lists)) {
    if (part.record === undefined) {
      header = readHeader(header, part.key, part.value, facts);
      continue;
    }
    const where = `${format === 'MESSAGES' ? 'message' : 'comment'} ${++number}`;
    yield pieceOf(where, readJsonRecord(part.record, header), seconds);
  }
}

function pieceOf(where: string, read: ReturnType<typeof readJsonRecord>, seconds: SecondClock): LogPiece {
  if (typeof read === 'string') return { where, reason: read };
  const { line, at, isExact } = read;
  return { where, line, at: at === null ? 0 : isExact ? at : seconds.next(at) };
}

/** Reads a header value of a TwitchDownloader file; ignores it when it has another format. */
function readHeader(header: JsonHeader, key: string, value: string, facts: LogFacts): JsonHeader {
  if (key !== 'streamer' && key !== 'video') return header;
  let said: Record<string, unknown>;
  try {
    said = JSON.parse(value) as Record<string, unknown>; // safe: each of its values is checked below
  } catch {
    return header;
  }
  if (typeof said !== 'object' || said === null) return header;
  const textOfKey = (name: string) => (typeof said[name] === 'string' ? (said[name] as string) : null);
  if (key === 'video') {
    const startedAt = Date.parse(textOfKey('created_at') ?? '');
    return Number.isNaN(startedAt) ? header : { ...header, startedAt };
  }
  const login = (textOfKey('login') ?? textOfKey('name'))?.toLowerCase() ?? null;
  facts.login = login;
  facts.displayName = textOfKey('name');
  return { ...header, login };
}
