import { isLogin } from '../../shared/login.ts';
import type { LoggedChat } from './chat-line.ts';

/** A line of a text log. */
export type TextRecord = {
  /** In milliseconds: an instant, or the time since midnight when the line has a time of day only. */
  readonly time: number;
  readonly isTimeOfDay: boolean;
  /** Whether the milliseconds are known. */
  readonly isExact: boolean;
  /** Whether the line names its time zone; UTC is assumed otherwise. */
  readonly hasZone: boolean;
  /** The channel is null when the line does not name it. */
  readonly chat: Omit<LoggedChat, 'channel'> & { readonly channel: string | null };
};

const nick = '([^\\s!@:]{1,60})';
const stamp =
  '(\\d{4}-\\d\\d-\\d\\d)[ T_](\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?) ?(UTC|Z|[+-]\\d\\d:?\\d\\d)?';
const justlog = new RegExp(`^\\[${stamp}\\] #(\\S{1,60}) ${nick}(: ?| has been )(.*)$`, 's');
const dated = new RegExp(`^\\[${stamp}\\]  ?${nick}: ?(.*)$`, 's');
const unix = new RegExp(`^(\\d{9,10}|\\d{12,13}) ${nick}: ?(.*)$`, 's');
const timeOfDay = new RegExp(`^\\[(\\d\\d):(\\d\\d):(\\d\\d)\\]  ?${nick}: ?(.*)$`, 's');
const punished = /^(?:timed out for (\d{1,8}) seconds|banned)/;

/** Reads a line of a text log; null when its format is unknown. */
export function readTextLine(line: string): TextRecord | null {
  const byJustlog = justlog.exec(line);
  if (byJustlog !== null) {
    const [, day, clock, zone, channel = '', name = '', mark, rest = ''] = byJustlog;
    if (!isLogin(channel.toLowerCase())) return null;
    const chat = mark === ' has been ' ? punishment(name, rest) : message(name, rest);
    return chat && stamped(day, clock, zone, { ...chat, channel: channel.toLowerCase() });
  }
  const full = dated.exec(line);
  if (full !== null) {
    const [, day, clock, zone, name = '', text = ''] = full;
    return stamped(day, clock, zone, message(name, text));
  }
  const counted = unix.exec(line);
  if (counted !== null) {
    const [, digits = '', name = '', text = ''] = counted;
    const isExact = digits.length > 10;
    const time = Number(digits) * (isExact ? 1 : 1_000);
    return { time, isTimeOfDay: false, isExact, hasZone: true, chat: message(name, text) };
  }
  const clock = timeOfDay.exec(line);
  if (clock === null) return null;
  const [hours, minutes, seconds] = clock.slice(1, 4).map(Number) as [number, number, number]; // safe: three groups
  if (hours > 23 || minutes > 59 || seconds > 60) return null;
  const time = ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  return {
    time,
    isTimeOfDay: true,
    isExact: false,
    hasZone: false,
    chat: message(clock[4] ?? '', clock[5] ?? ''),
  };
}

/** Returns the first instant of the day on which Chatterino says that logging began; null for any other line. */
export function loggingBegan(line: string): number | null {
  const match = /^# Start logging at (\d{4}-\d\d-\d\d) /.exec(line);
  return match === null ? null : dayOf(match[1] ?? '');
}

/** Returns the first instant of the day in a file name; null when there is none. */
export function dayOf(name: string): number | null {
  const at = Date.parse(/\d{4}-\d\d-\d\d/.exec(name)?.[0] ?? '');
  return Number.isNaN(at) ? null : at;
}

function stamped(
  day = '',
  clock = '',
  zone: string | undefined,
  chat: TextRecord['chat'],
): TextRecord | null {
  const offset = zone === undefined || zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const time = Date.parse(`${day}T${clock}${offset}`);
  if (Number.isNaN(time)) return null;
  return {
    time,
    isTimeOfDay: false,
    isExact: clock.includes('.'),
    hasZone: zone !== undefined,
    chat,
  };
}

function message(name: string, text: string): TextRecord['chat'] {
  const login = name.toLowerCase();
  return {
    command: 'PRIVMSG',
    channel: null,
    login,
    text,
    tags: { 'display-name': isLogin(login) && name === login ? null : name },
  };
}

/** Reads justlog's text for a time-out or a ban. */
function punishment(name: string, rest: string): TextRecord['chat'] | null {
  const match = punished.exec(rest);
  if (match === null) return null;
  return {
    command: 'CLEARCHAT',
    channel: null,
    login: '',
    text: name.toLowerCase(),
    tags: { 'ban-duration': match[1] ?? null },
  };
}
