import { cutPage, rangeOf, timeOf, type TokenBook } from './fake-x-api-pages.ts';
import { Refused, type Selection } from './fake-x-api-rules.ts';
import { postProblem, shapePosts, shapeUser, userProblem, type XWorld } from './fake-x-api-shapes.ts';
import { type XPost, type XUser, xTimeOf } from './fake-x-world.ts';

/** A request that passed the checks. */
export type Asked = {
  readonly world: XWorld;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly selection: Selection;
  readonly tokens: TokenBook;
  readonly now: number;
};

const routes: readonly (readonly [Family, RegExp, (asked: Asked, name: string) => object])[] = [
  ['userByHandle', /^users\/by\/username\/(\w+)$/, (asked, name) => oneUser(asked, 'username', name)],
  ['users', /^users\/by$/, (asked) => severalUsers(asked, 'usernames')],
  ['users', /^users$/, (asked) => severalUsers(asked, 'ids')],
  ['users', /^users\/(\d+)$/, (asked, id) => oneUser(asked, 'id', id)],
  ['timeline', /^users\/(\d+)\/tweets$/, timeline],
  ['search', /^tweets\/search\/recent$/, search],
  ['counts', /^tweets\/counts\/recent$/, counts],
  ['lookup', /^tweets$/, (asked) => lookup(asked, needed(asked.query, 'ids').split(','), 'ids')],
  ['post', /^tweets\/(\d+)$/, onePost],
];

/** The rate limit family of a path; null for a path that X does not have. */
export function familyOf(path: string): Family | null {
  return routes.find(([, pattern]) => pattern.test(path))?.[0] ?? null;
}

/** The body of a successful answer. */
export function answerTo(asked: Asked): object {
  for (const [, pattern, answer] of routes) {
    const match = pattern.exec(asked.path);
    if (match !== null) return answer(asked, match[1] ?? '');
  }
  throw new Error(`no route for ${asked.path}`);
}

function needed(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value !== null && value !== '') return value;
  throw new Refused({ [name]: [''] }, `The \`${name}\` query parameter can not be empty`);
}

function findUser(world: XWorld, parameter: string, value: string): XUser | undefined {
  if (parameter.startsWith('id')) return world.users.get(value);
  return [...world.users.values()].find(({ handle }) => handle.toLowerCase() === value.toLowerCase());
}

function oneUser({ world, selection }: Asked, parameter: string, value: string): object {
  const user = findUser(world, parameter, value);
  const problem = userProblem(user, { value, parameter, forPosts: false });
  return user === undefined || problem !== null
    ? { errors: [problem] }
    : { data: shapeUser(world, user, selection) };
}

function severalUsers(asked: Asked, parameter: string): object {
  const values = needed(asked.query, parameter).split(',');
  const answers = values.map(
    (value) => oneUser(asked, parameter, value) as { data?: object; errors?: object[] },
  );
  const data = answers.flatMap((answer) => answer.data ?? []);
  const errors = answers.flatMap((answer) => answer.errors ?? []);
  return { ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) };
}

function timeline({ world, query, selection, tokens }: Asked, id: string): object {
  const user = world.users.get(id);
  const problem = userProblem(user, { value: id, parameter: 'id', forPosts: true });
  if (problem !== null) return { errors: [problem] };
  const exclude = (query.get('exclude') ?? '').split(',');
  const posts = newestFirst(world)
    .filter(({ authorId }) => authorId === id)
    .slice(0, 3_200)
    .filter((post) => !(exclude.includes('replies') && post.replyTo))
    .filter((post) => !(exclude.includes('retweets') && post.repostOf));
  const page = cutPage(posts, query, {
    tokens,
    least: 5,
    defaultSize: 10,
    tokenNames: ['pagination_token'],
    isBackwards: true,
  });
  return withMeta(shapePosts(world, page.posts, selection), page.meta);
}

const weekMs = 7 * 86_400_000;

function search({ world, query, selection, tokens, now }: Asked): object {
  const posts = found(world, query, now);
  const page = cutPage(posts, query, {
    tokens,
    least: 10,
    defaultSize: 10,
    tokenNames: ['next_token', 'pagination_token'],
    isBackwards: false,
  });
  return withMeta(shapePosts(world, page.posts, selection), page.meta);
}

/** Matching posts of the last week; keyword searches find no reposts. */
function found(world: XWorld, query: URLSearchParams, now: number): readonly XPost[] {
  const start = now - weekMs;
  for (const name of ['since_id', 'until_id']) {
    const id = query.get(name);
    if (id === null || xTimeOf(id) >= start) continue;
    throw new Refused(
      { [name]: [id] },
      `'${name}' must be a tweet id created after [${new Date(start).toISOString()}]`,
    );
  }
  const matches = matcher(world, needed(query, 'query'));
  return newestFirst(world).filter(
    (post) =>
      xTimeOf(post.id) >= start &&
      post.repostOf === undefined &&
      world.users.get(post.authorId)?.state === undefined &&
      matches(post),
  );
}

function matcher(world: XWorld, query: string): (post: XPost) => boolean {
  const terms = query.split(/\s+/).map((term): ((post: XPost) => boolean) => {
    const [, operator, value = ''] = /^(\w+):(\S+)$/.exec(term) ?? [];
    if (operator === 'conversation_id') {
      return (post) => post.conversationId === value && post.id !== value;
    }
    if (operator === 'from') {
      const user = findUser(world, 'username', value);
      return (post) => post.authorId === user?.id;
    }
    if (operator !== undefined && !/^https?$/.test(operator)) {
      throw new Refused(
        { query: [query] },
        `There were errors processing your request: invalid operator '${operator}'`,
      );
    }
    return (post) => post.text.toLowerCase().includes(term.toLowerCase());
  });
  return (post) => terms.every((term) => term(post));
}

function counts({ world, query, now }: Asked): object {
  const posts = found(world, query, now).filter(rangeOf(query));
  const steps = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
  const step = steps[(query.get('granularity') ?? 'hour') as keyof typeof steps];
  const end = timeOf(query, 'end_time') ?? now;
  const data: { start: string; end: string; tweet_count: number }[] = [];
  for (let from = timeOf(query, 'start_time') ?? now - weekMs; from < end; ) {
    const to = Math.min(end, (Math.floor(from / step) + 1) * step);
    const inStep = posts.filter(({ id }) => xTimeOf(id) >= from && xTimeOf(id) < to);
    data.push({
      start: new Date(from).toISOString(),
      end: new Date(to).toISOString(),
      tweet_count: inStep.length,
    });
    from = to;
  }
  return { data, meta: { total_tweet_count: posts.length } };
}

function lookup({ world, query, selection }: Asked, ids: readonly string[], parameter: string): object {
  if (ids.length > 100) {
    throw new Refused(
      { ids: [query.get('ids') ?? ''] },
      'The number of values in `ids` is not between 1 and 100',
    );
  }
  const problems = ids.flatMap((id) => postProblem(world, id, parameter) ?? []);
  const posts = ids.flatMap((id) => (postProblem(world, id, parameter) ? [] : (world.posts.get(id) ?? [])));
  const { errors, ...shapes } = shapePosts(world, posts, selection);
  const all = [...problems, ...errors];
  return { ...shapes, ...(all.length > 0 ? { errors: all } : {}) };
}

function onePost(asked: Asked, id: string): object {
  const { data, ...rest } = lookup(asked, [id], 'id') as { data?: readonly object[] };
  return data === undefined ? rest : { ...rest, data: data[0] };
}

function withMeta({ errors, ...shapes }: ReturnType<typeof shapePosts>, meta: object): object {
  return { ...shapes, ...(errors.length > 0 ? { errors } : {}), meta };
}

function newestFirst(world: XWorld): readonly XPost[] {
  return [...world.posts.values()].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
}

/** X's separate rate limits. */
export type Family = 'userByHandle' | 'users' | 'timeline' | 'search' | 'counts' | 'lookup' | 'post';
