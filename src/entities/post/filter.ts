import { builder } from '../../graphql/builder.ts';
import { PostKind, Provider, TimeRange, Weekday } from '../../graphql/inputs.ts';
import { SentimentLabel } from './fields.ts';

const likeStats = 'As in `topTerms`, reposts do not match.';

/** Conditions on posts; `parseFilter` of `parse-filter.ts` reads them. */
export const PostFilter = builder.inputType('PostFilter', {
  description: 'All given conditions must hold.',
  fields: (t) => ({
    search: t.string({
      description:
        'Full-text query as people type it: words, "a phrase", -without, or. Finds each word of a text, a link, a ' +
        'hashtag or a handle, in any case and width. A word typed without accents also finds words with them. ' +
        'A part of a word finds nothing, except in scripts without spaces. At most 1,000 characters and 500 words.',
    }),
    streams: t.idList({ description: 'Only posts of these streams.' }),
    authors: t.stringList({ description: 'Only posts by these handles, with or without @.' }),
    hashtags: t.stringList({
      description: `Posts with one of these hashtags, with or without #, in any case and width. ${likeStats}`,
    }),
    kinds: t.field({ type: [PostKind], description: 'Only posts of these kinds.' }),
    providers: t.field({
      type: [Provider],
      description: 'Posts whose newest figures came from one of these.',
    }),
    languages: t.stringList({ description: 'Posts in one of these languages, as ISO 639-1.' }),
    sentiment: t.field({ type: SentimentLabel, description: 'Only posts with this sentiment.' }),
    hasMedia: t.boolean({
      description: 'True: only posts with a picture or video. False: only posts without.',
    }),
    minLikes: t.field({ type: 'SafeInt', description: 'Posts known to have at least this many likes.' }),
    mentions: t.stringList({
      description: `Posts that mention one of these accounts, with or without @. ${likeStats}`,
    }),
    domains: t.stringList({
      description: `Posts with a link to one of these hosts, with or without www. ${likeStats}`,
    }),
    emojis: t.stringList({ description: `Posts with one of these emoji. ${likeStats}` }),
    clients: t.stringList({
      description: `Posts posted with one of these apps, named as \`topTerms(kind: CLIENT)\` names them. ${likeStats}`,
    }),
    hours: t.intList({
      description:
        'Posts posted in one of these hours of `timeZone`, 0 to 23. Posts of which only the day is known do not match.',
    }),
    weekdays: t.field({
      type: [Weekday],
      description: 'Posts posted on one of these days of the week, in `timeZone`.',
    }),
    range: t.field({ type: TimeRange, description: 'Posts posted in this range.' }),
    timeZone: t.field({
      type: 'TimeZone',
      description:
        'The time zone of days, `hours` and `weekdays`, as in `stats`: a post of which only the day is known is in `range` when its day begins in ' +
        'the range. Default: UTC.',
    }),
    own: t.boolean({
      description:
        'True: posts by the account itself, or matches of the topic: those that `Stats` counts. False: posts by others, ' +
        "fetched for conversations. Null: both. Default: true for a stream's `posts`, null for `Query.posts`.",
    }),
  }),
});
