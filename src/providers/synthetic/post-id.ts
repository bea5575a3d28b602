import { idEpoch } from './options.ts';
import type { World } from './world.ts';

const lowBits = 22;

/**
 * A 64-bit id in decimal: the milliseconds since X's epoch, then 22 bits that distinguish accounts and the posts of one
 * account. Unique in the data, and ascending with time.
 */
export function postId(world: World, accountIndex: number, slot: number, createdAt: number): string {
  const users = world.options.users;
  const sequences = Math.floor(2 ** lowBits / users);
  const low = (slot % sequences) * users + accountIndex;
  return ((BigInt(createdAt - idEpoch) << BigInt(lowBits)) + BigInt(low)).toString();
}
