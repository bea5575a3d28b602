import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countMisthreaded } from '../../../src/ingest/write/misthreaded.ts';
import { xKey } from '../../../src/shared/post-key.ts';
import { mendThreads } from '../../../src/streams/mend-known.ts';
import { openStore } from '../../support/store.ts';
import { plainPlaces } from '../../support/threads.ts';

const db = await openStore({ isDamaged: true });
const key = (id: number) => xKey(String(id));

const largest = 16;
const id = fc.integer({ min: 1, max: largest }).map(key);
/** Including cycles, posts that reply to themselves, and unknown parents. */
const parents = fc.uniqueArray(
  fc.tuple(id, fc.option(fc.integer({ min: 1, max: largest + 2 }).map(key), { nil: null, freq: 6 })),
  { minLength: 1, maxLength: largest, selector: ([postId]) => postId },
);
const damage = fc.array(fc.record({ at: id, root: id, depth: fc.nat(5) }), { maxLength: 6 });

test('damaged places are found, and repaired from the parents', async () => {
  await fc.assert(
    fc.asyncProperty(parents, damage, async (posts, damaged) => {
      const places = plainPlaces(new Map(posts));
      await db.sql`truncate known_posts`;
      for (const [postId, parentId] of posts) {
        const { root, depth } = places.get(postId) ?? { root: postId, depth: 0 };
        await db.sql`insert into known_posts values (${postId}, 1, true, ${parentId}, ${root}, ${depth})`;
      }
      expect(await countMisthreaded(db.sql)).toBe(0);
      for (const { at, root, depth } of damaged) {
        await db.sql`update known_posts set root_id = ${root}, depth = ${depth} where post_id = ${at}`;
      }
      const stored = async () => {
        const rows = await db.sql<{ id: string; root: string; depth: number }[]>`
          select post_id as id, root_id as root, depth from known_posts`;
        return new Map(rows.map(({ id: of, root, depth }) => [of, { root, depth }]));
      };
      const isRight = JSON.stringify([...(await stored())].sort()) === JSON.stringify([...places].sort());
      expect((await countMisthreaded(db.sql)) === 0).toBe(isRight);
      await mendThreads(db.sql);
      expect(await stored()).toEqual(new Map(places));
    }),
    { numRuns: 150 },
  );
}, 60_000);
