import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { createdIn } from '../../db/created-in.ts';
import type { StatsScope } from '../kernel/scope.ts';

/** Most messages that are searched for the picture of an emote: the newest of the range. */
export const lookedThroughMax = 5_000;

/** An emote in the newest message that has it. Twitch's own have an id, others an address. */
export type EmoteRow = {
  readonly name: string;
  readonly id: string | null;
  readonly imageUrl: string | null;
};

/**
 * Emotes by name, each as the newest message has it: a walk back along posts_created, up to `lookedThroughMax`. Null
 * when the scope cannot contain posts.
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
