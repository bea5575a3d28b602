import { expect, test } from 'vitest';
import { copyPieces, piecesOf } from '../../../src/ingest/write/copy.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

test('a COPY that Postgres refuses before the first row fails, and the process lives', async () => {
  await db.sql.unsafe(`
    create table closed (number int);
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
    create trigger refuse before insert on closed for each statement execute function refuse()`);
  // Whether the stream and the refusal arrive in one packet is chance.
  for (let time = 0; time < 50; time++) {
    const copied = db.sql.begin((tx) => copyPieces(tx, 'closed', ['number'], piecesOf([[1]])));
    await expect(copied).rejects.toThrow('refused');
  }
  await db.sql`alter table closed disable trigger refuse`;
  await db.sql.begin((tx) => copyPieces(tx, 'closed', ['number'], piecesOf([[1]])));
  expect(await db.sql`select number from closed`).toEqual([{ number: 1 }]);
});
