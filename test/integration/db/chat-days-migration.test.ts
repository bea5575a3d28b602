import { expect, test } from 'vitest';
import { listMigrations, migrate } from '../../../src/db/migrate.ts';
import { foldChatters, listBehind } from '../../../src/ingest/folding/chatters.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { lineOf, takeLines } from '../../support/chat-lines.ts';
import { must } from '../../../src/shared/errors.ts';
import { anAccount } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { verifyStream } from '../../support/verify.ts';

const migration = must(
  listMigrations().find(({ statements }) => statements.join().includes('"provider_hours"')),
  'the columns were added by a migration',
);

/** The columns of a kind of statement of the migration. */
const columnsOf = (kind: string) =>
  migration.statements.flatMap(
    (statement) => new RegExp(`${kind} COLUMN "(\\w+)"`).exec(statement)?.[1] ?? [],
  );

test('days of a chat that an older version made are made again after the migration', async () => {
  const db = await openStore();
  const streamId = await findOrCreateAccount(db.sql, anAccount({ platform: 'TWITCH' }));
  const said = (number: number) => ({
    number,
    login: 'ann',
    userId: '7',
    at: Date.UTC(2026, 0, 1 + (number % 3), number),
    text: `so Kappa #tag${number}`,
  });
  await takeLines(
    db,
    streamId,
    Array.from({ length: 9 }, (_, number) => lineOf(said(number))),
  );
  const foldAll = async () => {
    while (await foldChatters(db.sql, streamId));
  };
  await foldAll();
  expect(await listBehind(db.sql)).toEqual([]);

  // As the older version left it. What later migrations make is missing, too.
  await db.sql`drop index posts_observed, metric_history_observed`;
  for (const name of columnsOf('ADD')) await db.sql.unsafe(`alter table chatter_days drop column ${name}`);
  for (const name of columnsOf('DROP'))
    await db.sql.unsafe(
      `alter table chatter_days add column ${name} ${name.endsWith('_posts') ? 'integer' : 'text'}[] default '{}'`,
    );
  await db.sql`delete from drizzle.__drizzle_migrations where created_at >= ${migration.at}`;

  await migrate(db.url);
  const madeDays = async () => {
    const [row] = await db.sql`
      select count(*)::int as days, count(provider_hours)::int as made from chatter_days where stream_id = ${streamId}`;
    return row;
  };
  expect(await madeDays()).toEqual({ days: 3, made: 0 });
  expect(await listBehind(db.sql)).toEqual([streamId]);
  expect(await verifyStream(db.sql, streamId)).toEqual([]);
  await foldAll();
  expect(await madeDays()).toEqual({ days: 3, made: 3 });
  expect(await listBehind(db.sql)).toEqual([]);
  expect(await verifyStream(db.sql, streamId)).toEqual([]);
});
