import type { Sql } from 'postgres';
import type { AccountProfile } from '../shared/post.ts';
import { lockStream } from './lock.ts';
import { saveProfile } from './profile.ts';
import { raiseRegistry } from './registry.ts';
import { touch } from './touch.ts';

/** Saves the profile of an account, and renames its stream when the handle has changed. */
export async function describeAccount(sql: Sql, streamId: number, profile: AccountProfile): Promise<void> {
  await sql.begin(async (tx) => {
    await lockStream(tx, streamId);
    const { visible, renamed } = await saveProfile(tx, streamId, profile);
    if (visible) await touch(tx, streamId, { profile: true });
    if (renamed) await raiseRegistry(tx);
  });
}
