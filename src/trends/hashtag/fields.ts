import { sql } from 'drizzle-orm';
import DataLoader from 'dataloader';
import type { Database } from '../../db/client.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';

/** A hashtag, in lower case, without #. */
export type HashtagKey = { readonly tag: string };

/** Own posts that use a tag, of all streams. */
async function countPosts(db: Database, tags: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const list = sql.join(
    tags.map((tag) => sql`${tag}`),
    sql`, `,
  );
  // A probe of the primary key (stream_id, dimension, value) for each stream and tag.
  const rows = (await db.orm.execute(sql`
    select t.value, sum(t.posts)::float8 as posts from streams s
    join tally_totals t on t.stream_id = s.stream_id and t.dimension = 'HASHTAG' and t.value in (${list})
    group by t.value`)) as unknown as readonly { readonly value: string; readonly posts: number }[];
  return new Map(rows.map((row) => [row.value, row.posts]));
}

const postsLoader = ({ db }: Context): DataLoader<string, number> =>
  new DataLoader(async (tags) => {
    const counts = await countPosts(db, tags);
    return tags.map((tag) => counts.get(tag) ?? 0);
  });

export const Hashtag = builder.node(builder.objectRef<HashtagKey>('Hashtag'), {
  description: 'A hashtag, whoever uses it.',
  id: { resolve: (hashtag) => hashtag.tag, description: 'Stands for this hashtag.' },
  loadOne: (tag) => ({ tag }),
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'Lower case, without #.' }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts that use it, reposts not counted.',
      resolve: ({ tag }, _args, context) => loaderOf(context, postsLoader).load(tag),
    }),
  }),
});
