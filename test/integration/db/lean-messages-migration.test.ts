import { expect, test } from 'vitest';
import { applyMigrations, dropStore } from '../../../src/backup/recreate.ts';
import { listMigrations } from '../../../src/db/migrate.ts';
import { verifyStream } from '../../support/verify.ts';
import { readChat } from '../../../src/providers/twitch/read-chat.ts';
import { joinedList } from '../../../src/shared/stored-lists.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { ingest } from '../../../src/streams/ingest.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, observed } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const migrations = listMigrations();
const at = migrations.findIndex(({ statements }) => statements.join().includes('"hashtags" DROP NOT NULL'));

test('messages that were stored with empty lists are read as before, and counted like those without', async () => {
  const db = await openStore();
  const channel = anAccount({ platform: 'TWITCH' });
  await db.sql.begin(async (tx) => {
    await dropStore(tx);
    await applyMigrations(tx, migrations);
  });
  const streamId = await findOrCreateAccount(db.sql, channel);
  const take = async (numbers: readonly number[]) => {
    const lines = numbers.map(
      (number) =>
        `@badges=subscriber/12,premium/1;id=885196de-cb67-427a-baa8-82f90000000${number};user-id=1;room-id=5;tmi-sent-ts=${observed + number} :ann!ann@x PRIVMSG #chan :@bob message ${number} #tag`,
    );
    const posts = lines.flatMap((line) => readChat(line, { at: observed, observedAt: observed })?.post ?? []);
    const pages = [{ account: null, posts, rejected: [], cursor: '', total: null }];
    const from = { streamId, platform: 'TWITCH', provider: 'TWITCH_IRC' } as const;
    await ingest(db.sql, { ...from, pages, read: (post) => post, now: () => observed });
  };
  await take([1, 2, 3]);
  // As in the older schema.
  const lists = ['hashtags', 'mentions', 'cashtags', 'urls', 'domains', 'emoji', 'words'];
  await db.sql.unsafe(
    `update posts p set message_words = null, message_badges = null, badges = ${joinedList('badges')},
       ${lists.map((list) => `${list} = coalesce(${list === 'words' ? joinedList(list) : list}, '{}')`).join(', ')}`,
  );
  await db.sql.unsafe(lists.map((list) => `alter table posts alter column ${list} set not null`).join('; '));
  await db.sql.begin((tx) => applyMigrations(tx, migrations.slice(at, at + 1)));
  await take([2, 3, 4]);

  expect(await verifyStream(db.sql, streamId)).toEqual([]);
  const { data } = await ask(
    openApp(db),
    `{ channel(login: "${channel.handle}") { posts(orderBy: OLDEST) { totalCount nodes { text urls mentions badges } } } }`,
  );
  expect(data).toEqual({
    channel: {
      posts: {
        totalCount: 4,
        nodes: [1, 2, 3, 4].map((number) => ({
          text: `@bob message ${number} #tag`,
          urls: [],
          mentions: ['bob'],
          badges: ['subscriber/12', 'premium/1'],
        })),
      },
    },
  });
});
