import { parseIrcLine } from '../twitch/irc-line.ts';
import { loggingBegan, readTextLine } from './from-text.ts';

/** The log formats, described for people. */
export const logFormats = {
  IRC: 'lines of IRC',
  TEXT: 'lines of text',
  DOWNLOADER: "TwitchDownloader's JSON",
  ARCHIVER: "twitch-archiver's JSON",
  MESSAGES: "justlog's or rustlog's JSON",
  NDJSON: 'lines of JSON',
} as const;
export type LogFormat = keyof typeof logFormats;

/** Lines that are examined to recognise a format. */
const linesSeen = 300;
/** A timestamp that some loggers put before each line of the socket. */
const stamped = /^(\d{4}-\d\d-\d\d[ T_]\d\d:\d\d:\d\d) ;;; ?(.*)$/s;

/** Splits the logger's timestamp from an IRC line; null when there is none. */
export function cutStamp(line: string): { readonly at: number | null; readonly line: string } {
  const match = stamped.exec(line);
  if (match === null) return { at: null, line };
  return { at: Date.parse(`${match[1]?.replace(/[ _]/, 'T')}Z`), line: match[2] ?? '' };
}

/** Recognises a log format by the beginning of the file; null when it is not a log. */
export function recogniseLog(start: string): LogFormat | null {
  if (/^\s*(?:\{|\[\s*[{\]])/.test(start)) return recogniseJson(start);
  const lines = start.split(/\r?\n/, linesSeen).filter((line) => line.trim() !== '');
  const irc = lines.filter((line) => isChatLine(cutStamp(line).line)).length;
  const text = lines.filter((line) => readTextLine(line) !== null || loggingBegan(line) !== null).length;
  if (irc + text === 0) return null;
  return irc >= text ? 'IRC' : 'TEXT';
}

function recogniseJson(start: string): LogFormat | null {
  const has = (name: string) => start.includes(`"${name}"`);
  if (has('FileInfo') || has('comments') || has('content_offset_seconds')) return 'DOWNLOADER';
  if (has('commenter') && has('fragments')) return 'ARCHIVER';
  if (!(has('timestamp') || has('raw')) || !has('username')) {
    return /^\s*\{\s*"messages"\s*:/.test(start) ? 'MESSAGES' : null;
  }
  return /^\s*\{\s*"messages"\s*:/.test(start) ? 'MESSAGES' : 'NDJSON';
}

const chatCommands = new Set(['PRIVMSG', 'USERNOTICE', 'CLEARCHAT', 'CLEARMSG']);

function isChatLine(line: string): boolean {
  const parsed = parseIrcLine(line);
  return parsed !== null && chatCommands.has(parsed.command);
}
