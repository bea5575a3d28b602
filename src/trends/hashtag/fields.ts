import { sql } from 'drizzle-orm';
import type DataLoader from 'dataloader';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { usesOf } from '../../db/dimensions.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { findTag } from '../../shared/hashtag.ts';
import { foundOnce } from '../found-once.ts';
import { createLoader } from '../../graphql/loader.ts';

/** A hashtag, in lower case, without #. */
type HashtagKey = { readonly tag: string };

/** Own posts of all streams that use a tag, each once. */
async function countPosts(db: Database, tags: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const list = sql`${arrayOf(tags)}::text[]`;
  // Of accounts: a probe of the primary key (stream_id, dimension, value) for each stream and tag.
  const rows = (await db.orm.execute(sql`
    select value, sum(posts)::float8 as posts from (
      select t.value, t.posts from accounts a
      join tally_totals t on t.stream_id = a.stream_id and t.dimension = 'HASHTAG' and t.value = any(${list})
      union all
      select value, 1 from (${sql.raw(usesOf('HASHTAG', foundOnce))} and p.hashtags && ${list}) uses
      where value = any(${list})
    ) counts group by value`)) as unknown as readonly { readonly value: string; readonly posts: number }[];
  return new Map(rows.map((row) => [row.value, row.posts]));
}

const postsLoader = ({ db, reads }: Context): DataLoader<string, number> =>
  createLoader(async (tags) => {
    reads.all();
    const counts = await countPosts(db, tags);
    return tags.map((tag) => counts.get(tag) ?? 0);
  });

export const Hashtag = builder.node(builder.objectRef<HashtagKey>('Hashtag'), {
  description: 'A hashtag, over all its users.',
  id: { resolve: (hashtag) => hashtag.tag, description: 'Global id of this hashtag, as `node` takes it.' },
  loadOne: (id) => {
    const tag = findTag(id);
    return tag === null ? null : { tag };
  },
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'Lower case, without #.' }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts that use it, reposts not counted.',
      resolve: ({ tag }, _args, context) => loaderOf(context, postsLoader).load(tag),
    }),
  }),
});
