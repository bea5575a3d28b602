import { builder } from '../../graphql/builder.ts';
import { countOf } from '../../graphql/connection.ts';
import { listCost } from '../../graphql/cost.ts';
import { Platform, PostKind, Provider, TimeRange } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { BadInputError } from '../../shared/errors.ts';
import { isPlatformId, postKey } from '../../shared/post-key.ts';
import { daysIn } from '../../shared/day-range.ts';
import { everything, parseRange } from '../../shared/range.ts';
import { foldTerm } from '../../shared/fold.ts';
import { parseHandle } from '../../shared/handle.ts';
import { searchQuery } from '../../shared/search-query.ts';
import { Stream } from '../stream/fields.ts';
import { parseStreamId } from '../stream/query.ts';
import { Post, SentimentLabel } from './fields.ts';
import { type PostConditions, postOrders } from './list.ts';
import { postPage } from './page.ts';
import { selectPosts } from './query.ts';
import { sql } from 'drizzle-orm';

const PostFilter = builder.inputType('PostFilter', {
  description: 'All given conditions must hold.',
  fields: (t) => ({
    search: t.string({
      description:
        'Full-text query as people type it: words, "a phrase", -without, or. Finds each word of a text, a link, a ' +
        'hashtag or a handle, whatever its case and width; what is typed without accents finds words with them, too. ' +
        'A part of a word finds nothing, but for scripts that write no spaces. At most 1,000 characters and 500 words.',
    }),
    streams: t.idList({ description: 'Posts of these streams only.' }),
    authors: t.stringList({ description: 'Posts by these handles only, with or without @.' }),
    hashtags: t.stringList({
      description: 'Posts with one of these hashtags, with or without #, whatever their case and width.',
    }),
    kinds: t.field({ type: [PostKind], description: 'Posts of these kinds only.' }),
    providers: t.field({
      type: [Provider],
      description: 'Posts whose newest figures came from one of these.',
    }),
    languages: t.stringList({ description: 'Posts in one of these languages, as ISO 639-1.' }),
    sentiment: t.field({ type: SentimentLabel, description: 'Only posts with this sentiment.' }),
    hasMedia: t.boolean({ description: 'True: posts with a picture or film only. False: those without.' }),
    minLikes: t.field({ type: 'SafeInt', description: 'Posts known to have at least this many likes.' }),
    range: t.field({ type: TimeRange, description: 'Posts posted in this range.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description:
        'The time zone of days, as in `stats`: a post of which only the day is known is in `range` when that day begins in ' +
        'it. Default: UTC.',
    }),
    own: t.boolean({
      description:
        'True: posts by the account itself, or matches of the topic: those that `Stats` counts. False: posts by others, ' +
        "fetched for conversations. Null: both. Left out, it is true for a stream's `posts`, and null for `Query.posts`.",
    }),
  }),
});

const PostOrderEnum = builder.enumType('PostOrder', {
  description: 'How a list of posts is sorted. Unknown figures come last; equal ones newest first.',
  values: postOrders,
});

type Filter = (typeof PostFilter)['$inferInput'];

const noConditions: PostConditions = {
  search: null,
  streams: null,
  authors: null,
  hashtags: null,
  kinds: null,
  providers: null,
  languages: null,
  sentiment: null,
  hasMedia: null,
  minLikes: null,
  own: null,
  range: everything,
  days: everything,
};

/** UTF-16 units. */
const searchLengthMax = 1_000;

/** The conditions of a filter; `own` is what holds where it leaves that out. */
function parseFilter(filter: Filter | null | undefined, own: true | null): PostConditions {
  if (!filter) return { ...noConditions, own };
  if (filter.search?.trim() === '') throw new BadInputError('Empty search: give a word, or leave it out');
  if (filter.search && filter.search.length > searchLengthMax) {
    throw new BadInputError(
      `Search too long: ${filter.search.length} characters, ${searchLengthMax} allowed`,
    );
  }
  const range = parseRange(filter.range);
  return {
    search: filter.search ? searchQuery(filter.search) : null,
    streams: filter.streams?.map(parseStreamId) ?? null,
    authors: filter.authors?.map((handle) => parseHandle(handle).toLowerCase()) ?? null,
    hashtags: filter.hashtags?.map((tag) => foldTerm(tag.replace(/^[#＃]/, ''))) ?? null,
    kinds: filter.kinds ?? null,
    providers: filter.providers ?? null,
    languages: filter.languages?.map((language) => language.toLowerCase()) ?? null,
    sentiment: filter.sentiment ?? null,
    hasMedia: filter.hasMedia ?? null,
    minLikes: filter.minLikes ?? null,
    own: filter.own === undefined ? own : filter.own,
    range,
    days: daysIn(filter.timeZone ?? 'UTC', range),
  };
}

const PostConnection = builder.connectionObject(
  {
    type: Post,
    name: 'PostConnection',
    fields: (t) => ({
      totalCount: t.field({
        type: 'SafeInt',
        description: 'Posts in all pages together: counted only when asked for.',
        resolve: countOf,
      }),
    }),
  },
  { name: 'PostEdge' },
);

const postArgs = builder.args((t) => ({
  filter: t.field({ type: PostFilter, description: 'Filter: only posts for which all of it holds.' }),
  orderBy: t.field({
    type: PostOrderEnum,
    required: true,
    defaultValue: 'NEWEST',
    description: 'Sort order.',
  }),
}));

builder.interfaceField(Stream, 'posts', (t) =>
  t.connection(
    {
      type: Post,
      description:
        "The stream's own posts, those that `stats` counts. `filter: { own: null }` adds those by others that were fetched for conversations, `own: false` gives these alone.",
      args: postArgs,
      complexity: listCost(5),
      resolve: ({ streamId }, { filter, orderBy, ...args }, context) => {
        const conditions = parseFilter(filter, true);
        const streams = conditions.streams?.filter((id) => id === streamId) ?? [streamId];
        const asked = { conditions: { ...conditions, streams }, order: orderBy, args };
        return postPage(context, asked);
      },
    },
    PostConnection,
  ),
);

builder.queryField('posts', (t) =>
  t.connection(
    {
      type: Post,
      description:
        'Posts of all streams, those by others that were fetched for conversations among them; one that several streams have comes once for each.',
      extensions: recordsReads,
      args: postArgs,
      complexity: listCost(5),
      resolve: (_root, { filter, orderBy, ...args }, context) =>
        postPage(context, { conditions: parseFilter(filter, null), order: orderBy, args }),
    },
    PostConnection,
  ),
);

builder.queryField('post', (t) =>
  t.field({
    type: Post,
    nullable: true,
    description:
      "A post by the platform's own id, from the stream that collected it last; null when none did.",
    extensions: recordsReads,
    args: {
      platform: t.arg({
        type: Platform,
        required: true,
        defaultValue: 'X',
        description: 'The platform that gave the id.',
      }),
      platformId: t.arg.string({ required: true, description: "The platform's own id." }),
    },
    resolve: async (_root, { platform, platformId }, { db, reads }) => {
      if (!isPlatformId(platform, platformId)) {
        throw new BadInputError(`Not an id of ${platform}: ${platformId.slice(0, 60)}`);
      }
      // Any stream may collect it later.
      reads.all();
      const key = postKey(platform, platformId);
      // A probe of the primary key for each stream.
      const where = sql`p.post_id = ${key} and p.stream_id = any(array(select s.stream_id from streams s
        where s.platform = ${platform}))`;
      const [post] = await selectPosts(db, where, sql`order by p.collected_at desc limit 1`);
      return post ?? null;
    },
  }),
);
