import { channelProfile } from '../../shared/channel-profile.ts';
import { BadInputError } from '../../shared/errors.ts';
import { dayMs } from '../../shared/instant.ts';
import { isLogin, parseLogin } from '../../shared/login.ts';
import type { AccountProfile, NormalisedPost, Page, Rejection } from '../../shared/post.ts';
import type { ChannelEvent } from '../../shared/channel-event.ts';
import { type ChatItem, readChat } from '../twitch/read-chat.ts';
import { Rejections } from '../x-archive/rejections.ts';
import { type LogFormat, logFormats, recogniseLog } from './formats.ts';
import { findLogFile, type LogFile, startOf } from './log-file.ts';
import { type LogFacts, readLog } from './read-log.ts';

type LogOptions = {
  readonly path: string;
  /** The name that messages use. */
  readonly name: string;
  /**
   * The channel to read. Required when the log does not name its channel; of a log with several, only this one is read.
   */
  readonly handle: string | null;
  readonly pageSize: number;
  /** Messages more than a day later are rejected. */
  readonly now: number;
};

type LogHooks = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string, pieces: number) => void;
};

/** A log that was read once to its end. */
export type ChatLog = {
  /** The log format, described for people. */
  readonly format: string;
  /** The channel. */
  readonly account: AccountProfile;
  /** Messages in all pages together. */
  readonly total: number;
  /** The first 100 records that were rejected. */
  readonly rejected: readonly Rejection[];
  readonly rejectedCount: number;
  /** Whether its times have no zone and were taken as UTC. */
  readonly isZoneAssumed: boolean;
  /** Yields the messages and events in the order of the log, after `cursor` (null: from the beginning). */
  readonly pages: (cursor: string | null, signal?: AbortSignal) => AsyncGenerator<Page>;
};

/** Neither Twitch's chat nor that of its predecessor Justin.tv is older. */
const earliest = Date.UTC(2007, 0, 1);

/**
 * Recognises a chat log and reads all of it once, so that nothing of a damaged log is imported. Null when the file is
 * not a chat log. Throws BadInputError when it cannot be read, or when its channel is unknown.
 */
export async function openLog(options: LogOptions, hooks: LogHooks = {}): Promise<ChatLog | null> {
  const file = await findLogFile(options.path, options.name);
  if (file === null) return null;
  const format = recogniseLog(await startOf(file));
  if (format === null) return null;
  const wanted = options.handle === null ? null : parseLogin(options.handle);
  const seen = await survey({ file, format, wanted, now: options.now }, hooks);
  requireChannel(options.name, wanted, seen.facts);
  if (seen.total === 0) {
    const [first] = seen.rejections.first;
    const why = first === undefined ? '' : ` ${first.where}: ${first.reason}.`;
    throw new BadInputError(`${options.name} has no readable chat message.${why}`);
  }
  const login = channelOf(options.name, wanted, seen);
  const account = channelProfile({
    platformId: seen.channelIds.size === 1 ? ([...seen.channelIds][0] ?? null) : null,
    handle: login,
    displayName: seen.facts.displayName,
    observedAt: seen.newest,
  });
  return {
    format: logFormats[format],
    account,
    total: seen.total,
    rejected: seen.rejections.first,
    rejectedCount: seen.rejections.count,
    isZoneAssumed: seen.facts.isZoneAssumed,
    pages: (cursor, signal) =>
      pagesOf(
        { file, format, wanted: login, now: options.now },
        { account, total: seen.total, pageSize: options.pageSize },
        cursor,
        signal,
      ),
  };
}

type Reading = {
  readonly file: LogFile;
  readonly format: LogFormat;
  /** The only channel to read; null: all. */
  readonly wanted: string | null;
  readonly now: number;
};
type Read =
  | { readonly item: ChatItem; readonly rejection?: undefined }
  | { readonly rejection: Rejection; readonly item?: undefined };

/** Yields the messages and events of the wanted channel, and a rejection for each record that cannot be read. */
async function* itemsOf(
  { file, format, wanted, now }: Reading,
  facts: LogFacts,
  signal?: AbortSignal,
): AsyncGenerator<Read> {
  for await (const { where, line, ...piece } of readLog(file, format, facts, signal)) {
    if (line === undefined) {
      yield { rejection: { where, reason: piece.reason ?? '' } };
      continue;
    }
    const at = 'at' in piece ? piece.at : 0;
    const item = readChat(line, { at, observedAt: at });
    if (item === null || (wanted !== null && item.channel !== '' && item.channel !== wanted)) continue;
    const sent = item.post?.createdAt ?? item.event?.at ?? 0;
    if (sent < earliest || sent > now + dayMs) {
      const time = Math.abs(sent) < 8e15 ? new Date(sent).toISOString() : String(sent);
      yield { rejection: { where, reason: `its time is impossible: ${time}` } };
    } else yield { item };
  }
}

async function survey(reading: Reading, { signal, onProgress }: LogHooks) {
  const facts: LogFacts = { login: null, displayName: null, isZoneAssumed: false };
  const rejections = new Rejections();
  const channels = new Set<string>();
  const channelIds = new Set<string>();
  let [total, pieces, newest] = [0, 0, 0];
  for await (const { item, rejection } of itemsOf(reading, facts, signal)) {
    if (++pieces % 10_000 === 0) onProgress?.('Reading the log', pieces);
    if (rejection !== undefined) rejections.add(rejection);
    else {
      if (item.channel !== '' && channels.size < 100) channels.add(item.channel);
      if (item.channelId !== null && channelIds.size < 100) channelIds.add(item.channelId);
      if (item.post !== undefined) {
        total++;
        newest = Math.max(newest, item.post.createdAt);
      }
    }
  }
  return { facts, rejections, channels, channelIds, total, newest };
}

/** Throws BadInputError when the log names another channel. */
function requireChannel(name: string, wanted: string | null, { login }: LogFacts): void {
  if (wanted === null || login === null || !isLogin(login) || login === wanted) return;
  throw new BadInputError(`${name} is a log of ${login}'s chat, not of ${wanted}'s.`);
}

/** The login of the log's channel. */
function channelOf(
  name: string,
  wanted: string | null,
  { facts, channels }: Pick<Awaited<ReturnType<typeof survey>>, 'facts' | 'channels'>,
): string {
  const said = facts.login !== null && isLogin(facts.login) ? [facts.login] : [...channels];
  if (wanted !== null) return wanted;
  const [only] = said;
  if (said.length > 1) {
    throw new BadInputError(
      `${name} has several chats (${said.slice(0, 5).join(', ')}${said.length > 5 ? ', …' : ''}): give the channel to read as the handle.`,
    );
  }
  if (only === undefined || !isLogin(only)) {
    throw new BadInputError(`${name} does not name its channel: give the channel's login as the handle.`);
  }
  return only;
}

type Paging = { readonly account: AccountProfile; readonly total: number; readonly pageSize: number };

/** The cursor is the number of messages and events before the next page. */
async function* pagesOf(
  reading: Reading,
  { account, total, pageSize }: Paging,
  cursor: string | null,
  signal?: AbortSignal,
): AsyncGenerator<Page> {
  const facts: LogFacts = { login: null, displayName: null, isZoneAssumed: false };
  const from = cursor === null ? 0 : Number(cursor);
  let read = 0;
  let posts: NormalisedPost[] = [];
  let events: ChannelEvent[] = [];
  const page = (): Page => ({ account, posts, events, rejected: [], cursor: String(read), total });
  for await (const { item } of itemsOf(reading, facts, signal)) {
    if (item === undefined || ++read <= from) continue;
    // Names are as of the message, so that importing the same log again changes nothing.
    if (item.post !== undefined) posts.push({ ...item.post, observedAt: item.post.createdAt });
    else events.push(item.event);
    if (posts.length + events.length < pageSize) continue;
    yield page();
    [posts, events] = [[], []];
  }
  if (posts.length + events.length > 0) yield page();
}
