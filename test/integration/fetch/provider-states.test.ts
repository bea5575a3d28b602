import { expect, test } from 'vitest';
import { listProviderStates, saveProviderState } from '../../../src/fetch/provider-states.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const closed = { openUntil: null, limitedUntil: null, note: null };
const open = { ...closed, openUntil: new Date('2026-11-21T12:00:00.123Z'), note: 'X_API: 503' };

const rowVersion = async () => (await db.sql`select xmin::text from provider_states`)[0]?.xmin;

test('a state is as last saved, and written only when it changed', async () => {
  expect(await listProviderStates(db.sql)).toEqual(new Map());
  await saveProviderState(db.sql, 'X_API', closed);
  await saveProviderState(db.sql, 'X_API', open);
  expect(await listProviderStates(db.sql)).toEqual(new Map([['X_API', open]]));
  const written = await rowVersion();
  await saveProviderState(db.sql, 'X_API', open);
  // A row that is locked but not written keeps its xmin.
  expect(await rowVersion()).toBe(written);
  await saveProviderState(db.sql, 'X_API', closed);
  expect(await listProviderStates(db.sql)).toEqual(new Map([['X_API', closed]]));
});
