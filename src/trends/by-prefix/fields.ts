import { Author } from '../../entities/author/fields.ts';
import { authorOfAllLoader } from '../../entities/author/loader.ts';
import { builder } from '../../graphql/builder.ts';
import { loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { parseHandle } from '../../shared/handle.ts';
import { parseTagPrefix } from '../../shared/hashtag.ts';
import { parseFirst } from '../../shared/page.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { findAuthorsByPrefix, findTagsByPrefix } from './query.ts';

/** The most suggestions for somebody who types. */
const mostFound = 20;

const firstArg = builder.args((t) => ({
  first: t.int({ required: true, defaultValue: 10, description: `How many, 1 to ${mostFound}.` }),
}));

builder.queryField('hashtags', (t) =>
  t.field({
    type: [Hashtag],
    description:
      'Suggests hashtags that begin with a text. They come from all streams, those with most posts first; ties are ' +
      'alphabetical.',
    args: {
      search: t.arg.string({
        required: true,
        description: 'The beginning, with or without #, in any case. BAD_INPUT when no hashtag can begin so.',
      }),
      ...firstArg,
    },
    extensions: recordsReads,
    complexity: listCost(10),
    resolve: async (_root, { search, first }, { db, reads }) => {
      reads.all();
      const tags = await findTagsByPrefix(db, parseTagPrefix(search), parseFirst(first, 'first', mostFound));
      return tags.map((tag) => ({ tag }));
    },
  }),
);

builder.queryField('authors', (t) =>
  t.field({
    type: [Author],
    description:
      'Suggests authors whose handle begins with a text. They come from all streams, those with most posts first; ties are ' +
      'alphabetical. An author is found by each handle that a stream knows, and shown as last seen. When over 1,000 handles ' +
      'begin so, only the first 1,000 of the alphabet are ranked; an exact match is always among them.',
    args: {
      search: t.arg.string({
        required: true,
        description: 'The beginning, with or without @, in any case. BAD_INPUT when no handle can begin so.',
      }),
      ...firstArg,
    },
    extensions: recordsReads,
    complexity: listCost(10),
    resolve: async (_root, { search, first }, context) => {
      context.reads.all();
      const prefix = parseHandle(search).toLowerCase();
      const found = await findAuthorsByPrefix(context.db, prefix, parseFirst(first, 'first', mostFound));
      const authors = await Promise.all(
        found.map((author) => loaderOf(context, authorOfAllLoader).load(author)),
      );
      // A stream may have been deleted since.
      return authors.filter((author) => author !== null);
    },
  }),
);
