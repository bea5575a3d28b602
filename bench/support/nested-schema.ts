import {
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';

/** Accounts, their posts, and each post's author, with as many fields as a dashboard page shows. */
export const nestedQuery = `query ($first: Int) {
  accounts(first: $first) {
    id handle followers
    posts(first: $first) {
      id text createdAt likes reposts replies hashtags
      author { id handle name followers }
    }
  }
}`;

type Post = Readonly<Record<string, unknown>>;
type Account = { readonly id: string; readonly posts: readonly Post[] };

/** A schema whose lists resolve asynchronously, as with a loader, from data in memory. */
export function nestedSchema(): GraphQLSchema {
  const fields = (types: Readonly<Record<string, GraphQLOutputType>>) =>
    Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]));
  const some = (type: GraphQLObjectType) => new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));
  const id = new GraphQLNonNull(GraphQLID);
  const text = new GraphQLNonNull(GraphQLString);
  const args = { first: { type: GraphQLInt } };
  const Author = new GraphQLObjectType({
    name: 'Author',
    fields: fields({ id, handle: text, name: GraphQLString, followers: GraphQLInt }),
  });
  const Post = new GraphQLObjectType({
    name: 'Post',
    fields: fields({
      id,
      text,
      createdAt: text,
      likes: GraphQLInt,
      reposts: GraphQLInt,
      replies: GraphQLInt,
      hashtags: new GraphQLNonNull(new GraphQLList(text)),
      author: new GraphQLNonNull(Author),
    }),
  });
  const Account = new GraphQLObjectType<Account>({
    name: 'Account',
    fields: {
      ...fields({ id, handle: text, followers: GraphQLInt }),
      posts: { type: some(Post), args, resolve: async ({ posts }, { first }) => posts.slice(0, first) },
    },
  });
  const accounts = Array.from({ length: 20 }, (_, at) => anAccount(at));
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      accounts: { type: some(Account), args, resolve: async (_root, { first }) => accounts.slice(0, first) },
    },
  });
  return new GraphQLSchema({ query });
}

function anAccount(account: number) {
  const posts = Array.from({ length: 20 }, (_, post) => ({
    id: `${account}-${post}`,
    text: `post ${post} of account ${account}, as long as most of them are, with a few words more`,
    createdAt: '2026-01-01T00:00:00.000Z',
    likes: post,
    reposts: 2 * post,
    replies: null,
    hashtags: ['harbour', 'ledger'],
    author: { id: `author-${post}`, handle: `author_${post}`, name: 'An Author', followers: post },
  }));
  return { id: String(account), handle: `account_${account}`, followers: account, posts };
}
