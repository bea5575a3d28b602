import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { startWorker } from '../../../src/jobs/worker.ts';
import { ask, openApp } from '../../support/app.ts';
import { type Message, recountChat } from '../../support/recount-chat.ts';
import { realData } from '../../support/real-data.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';

/** A log, and how a plain script reads a line of it: the time, the name and the text. */
type Case = {
  readonly file: string;
  readonly login: string;
  readonly given: string | null;
  readonly line: RegExp;
  /** The prefix of some lines, in a log that does not have the time in each line. */
  readonly stamp?: RegExp;
  /** The milliseconds of a time. */
  readonly timeOf: (stamp: string) => number;
  readonly said: RegExp;
};

const utc = (stamp: string) => Date.parse(`${stamp.replace(/[ _]/, 'T')}Z`);
const cases: readonly Case[] = [
  {
    file: 'irc-untagged-admiralbulldog-2019-04-30.log.gz',
    login: 'admiralbulldog',
    given: null,
    line: /^(?:(\S+) ;;; )?:(\w+)!\w+@\S+ PRIVMSG #admiralbulldog :(.*?)\r?$/,
    stamp: /^(\S+) ;;; /,
    timeOf: utc,
    said: /^Done: 28,844 messages of admiralbulldog, read as lines of IRC; its times have no zone and were taken as UTC; 115 records/,
  },
  {
    file: 'txt-39daph-2022-07-16.txt.gz',
    login: '39daph',
    given: '@39Daph',
    line: /^\[(\S+ \S+) UTC\] ([^:]+): ?(.*)$/,
    timeOf: utc,
    said: /^Done: 15,293 messages of 39daph, read as lines of text$/,
  },
  {
    file: 'unixtime-zh-vod104703028.txt.gz',
    login: 'asiagodtone',
    given: 'asiagodtone',
    line: /^\ufeff?(\d+) ([^:]+): ?(.*)$/,
    timeOf: (stamp) => 1_000 * Number(stamp),
    said: /^Done: 24,696 messages of asiagodtone, read as lines of text$/,
  },
];

const folder = realData('real logs of Twitch chat');

describe.skipIf(folder === null)('real logs', async () => {
  if (folder === null) return;
  // At the end everything is counted again.
  const db = await openStore();
  const { jobs, queue } = await openJobs(db);
  const spoolRoot = await mkdtemp(join(tmpdir(), 'larkstat-logs-'));
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot,
    fetching: noProviders(db, queue),
    log: quiet,
  });
  const app = openApp(db);
  afterAll(async () => {
    await worker.close();
    await rm(spoolRoot, { recursive: true, force: true });
  });

  /**
   * Compares the numbers that only a chat has, over the second half of the log, without bots. A log does not say which
   * words are emotes.
   */
  async function expectChat(login: string, said: readonly Message[]) {
    const from = said[said.length >> 1]?.at ?? 0;
    const counted = [
      'messages',
      'chatters',
      'questions',
      'commands',
      'duplicates',
      'arrivals',
      'retention',
    ] as const;
    const { data, errors } = await ask(
      app,
      `{ channel(login: "${login}") { chat(range: { from: "${new Date(from).toISOString()}" }) { messages chatters
        questions { messages of share } commands { messages of share } duplicates { messages of share } emoteOnly { share }
        arrivals { newChatters returningChatters markedReturning } retention { start chatters kept } leftOut { author { handle } posts } } } }`,
    );
    expect(errors).toBeUndefined();
    const { chat } = data.channel;
    const bots = chat.leftOut.map(({ author }: { author: { handle: string } }) =>
      author.handle.toLowerCase(),
    );
    const isLeftOut = ({ author }: Message) => bots.includes(author);
    const question = { isLeftOut, from, to: null, zone: 'UTC', weeks: 8 };
    // Copies are recognised by the stored text: without the fillers of chat programs, and other invisible space.
    const stored = await db.sql<Message[]>`
      select lower(a.handle) as author, (extract(epoch from p.created_at) * 1000)::float8 as at, p.text, array[]::text[] as emotes
      from posts p join authors a using (stream_id, author_id) join accounts c using (stream_id) where c.handle = ${login}`;
    const { duplicates } = recountChat({ messages: stored, ...question });
    const counts = { ...recountChat({ messages: said, ...question }), duplicates };
    const retention = chat.retention.map(({ start, ...rest }: { start: string }) => ({
      start: Date.parse(start),
      ...rest,
    }));
    const only = (from: Record<string, unknown>) =>
      Object.fromEntries(counted.map((name) => [name, from[name]]));
    expect(only({ ...chat, retention })).toEqual(only(counts));
    expect(chat.emoteOnly.share).toBeGreaterThan(0);
    expect(chat.emoteOnly.share).toBeLessThan(0.5);
  }

  test.each(cases)(
    '$file is imported completely, and equals the count of a plain script',
    async ({ file, ...log }) => {
      const path = join(folder, 'twitch-chat', file);
      const text = gunzipSync(readFileSync(path)).toString('utf8');
      const minutes = new Map<number, number>();
      const authors = new Map<string, number>();
      let stamp = 0;
      let messages = 0;
      const said: Message[] = [];
      for (const line of text.split('\n')) {
        // A time also applies to the lines after it.
        const before = log.stamp?.exec(line)?.[1];
        if (before !== undefined) stamp = log.timeOf(before);
        const [, at, name = '', words = ''] = log.line.exec(line) ?? [];
        if (name === '') continue;
        if (log.stamp === undefined) stamp = log.timeOf(at ?? '');
        const minute = Math.floor(stamp / 60_000) * 60_000;
        messages++;
        minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
        const author = name.toLowerCase();
        authors.set(author, (authors.get(author) ?? 0) + 1);
        said.push({ author, at: stamp, text: words.trim(), emotes: [] });
      }
      const top = [...authors].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, 10);

      const importing = () => jobs.importArchive({ path, handle: log.given, uploaded: false });
      const job = await untilJob(db, await importing(), isOver, 300_000);
      expect(job).toMatchObject({ state: 'SUCCEEDED', inserted: messages });
      expect(job.message).toMatch(log.said);
      await db.sql`analyze posts`;
      const { data } = await ask(
        app,
        `{ channel(login: "${log.login}") {
        title login freshness { version }
        stats { totals { posts originals authors } topAuthors(first: 10) { posts author { handle url } }
          series(interval: MINUTE) { starts values } }
        moments(first: 3) { start end messages score words { term count } emotes { term count } }
        posts(first: 1, orderBy: OLDEST) { nodes { kind platform provider author { platform url } } } } }`,
      );
      const { channel } = data;
      expect(channel.stats.totals).toEqual({ posts: messages, originals: messages, authors: authors.size });
      expect(channel.stats.topAuthors.map(({ posts }: { posts: number }) => posts)).toEqual(
        top.map(([, count]) => count),
      );
      const counted = channel.stats.series.starts.flatMap((start: string, at: number) =>
        channel.stats.series.values[at] === 0 ? [] : [[Date.parse(start), channel.stats.series.values[at]]],
      );
      expect(counted).toEqual([...minutes].sort(([a], [b]) => a - b));
      expect(channel.posts.nodes[0]).toMatchObject({
        kind: 'MESSAGE',
        platform: 'TWITCH',
        provider: 'TWITCH_LOG',
        author: { platform: 'TWITCH', url: expect.stringMatching(/^https:\/\/www\.twitch\.tv\/./) },
      });
      expect(channel.moments).toHaveLength(3);
      for (const moment of channel.moments) {
        const [start, end] = [Date.parse(moment.start), Date.parse(moment.end)];
        const within = [...minutes].filter(([at]) => at >= start && at < end);
        expect(moment.messages).toBe(within.reduce((sum, [, count]) => sum + count, 0));
        // Its words are counted by another statement, over the stored words.
        for (const { term, count } of moment.words) {
          const [found] = await db.sql`
          select count(*)::int as count from posts where stream_id = ${job.streamId} and ${term} = any(coalesce(words, string_to_array(message_words, ' ')))
            and created_at >= ${moment.start} and created_at < ${moment.end}`;
          expect(found?.count).toBe(count);
        }
      }
      await expectChat(log.login, said);

      const again = await untilJob(db, await importing(), isOver, 300_000);
      expect(again).toMatchObject({ state: 'SUCCEEDED', inserted: 0, updated: 0, streamId: job.streamId });
    },
    600_000,
  );
});
