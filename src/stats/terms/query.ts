import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { createdIn } from '../../db/created-in.ts';
import type { StatsScope } from '../kernel/scope.ts';

/** Messages that are looked through for the picture of an emote, at most: the newest of the range. */
export const lookedThroughMax = 5_000;

/** An emote as the newest message that has it says: one of Twitch's has an id, another an address. */
export type EmoteRow = {
  readonly name: string;
  readonly id: string | null;
  readonly imageUrl: string | null;
};

/**
 * A statement of emotes by their names, as the newest message says that has each. A walk back along posts_created, up to
 * `lookedThroughMax`. Null when the scope can hold no posts.
 */
export function emotesOf(scope: StatsScope, names: readonly string[]): SQL | null {
  const { streamId, span, days } = scope;
  if (span === null && days === null) return null;
  return sql`select distinct on (1) e.value ->> 'name' as name, e.value ->> 'id' as id, e.value ->> 'imageUrl' as "imageUrl"
    from (select p.emotes, p.created_at, p.post_id from posts p where p.stream_id = ${streamId} and p.own and ${createdIn(span, days)}
        order by p.created_at desc, p.post_id desc limit ${lookedThroughMax}) newest,
      json_array_elements(newest.emotes) e
    where e.value ->> 'name' = any(${arrayOf(names)}::text[])
    order by 1, newest.created_at desc, newest.post_id desc`;
}
