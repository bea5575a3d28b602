import { NotFoundError } from '../shared/errors.ts';
import { parseTag } from '../shared/hashtag.ts';
import { askStore } from './ask.ts';
import { count, countOf, type Environment, type Output, percent, print, table } from './output.ts';

type Tag = { readonly hashtag: { readonly tag: string } };

type Related = Tag & { readonly cooccurrenceRate: number; readonly lift: number; readonly posts: number };
type Overview = {
  readonly tag: string;
  readonly posts: number;
  readonly authors: number;
  readonly firstSeenAt: string;
  readonly related: readonly Related[];
};

/** Shows the hashtags that are used together with one. NOT_FOUND when no stored post uses it. */
export async function recommend(
  environment: Environment,
  options: Output & { readonly hashtag: string; readonly minRate: number; readonly limit: number },
): Promise<void> {
  const tag = parseTag(options.hashtag);
  const { hashtag } = await askStore<{ hashtag: Overview | null }>(environment, 'hashtag', {
    tag,
    minRate: options.minRate,
    first: options.limit,
  });
  if (hashtag === null) throw new NotFoundError(`No stored post uses #${tag}`);
  const { related, posts, authors, firstSeenAt } = hashtag;
  print(options, { tag, posts, authors, firstSeenAt, related: related.map(flat) }, [
    `#${tag}: ${countOf(posts, 'post')} by ${countOf(authors, 'author')}, since ${firstSeenAt.slice(0, 10)}`,
    ...(related.length === 0
      ? [`No hashtag is in ${percent(options.minRate)} of them`]
      : table(
          [
            ['hashtag', 'rate', 'lift', 'posts'],
            ...related.map((one) => [
              `#${one.hashtag.tag}`,
              percent(one.cooccurrenceRate),
              `×${one.lift.toFixed(1)}`,
              count(one.posts),
            ]),
          ],
          [1, 2, 3],
        )),
  ]);
}

type Counted = Tag & { readonly posts: number; readonly authors: number; readonly engagement: number };

/** Shows the hashtags with the most posts, or the most authors. */
export async function topHashtags(
  environment: Environment,
  options: Output & { readonly limit: number; readonly by: string },
): Promise<void> {
  const { topHashtags: found } = await askStore<{ topHashtags: readonly Counted[] }>(
    environment,
    'all-top-hashtags',
    { first: options.limit, by: options.by.toUpperCase() },
  );
  print(
    options,
    found.map(flat),
    orNone(found, 'No stored post has a hashtag', () =>
      table(
        [
          ['hashtag', 'posts', 'authors', 'engagement'],
          ...found.map(({ hashtag, posts, authors, engagement }) => [
            `#${hashtag.tag}`,
            count(posts),
            count(authors),
            count(engagement),
          ]),
        ],
        [1, 2, 3],
      ),
    ),
  );
}

type Grown = Tag & { readonly current: number; readonly previous: number; readonly growth: number };

/** Shows the hashtags that are used more in the last hours than in as many before. */
export async function fastestGrowing(
  environment: Environment,
  options: Output & { readonly hours: number; readonly limit: number },
): Promise<void> {
  const { fastestGrowingHashtags: found } = await askStore<{ fastestGrowingHashtags: readonly Grown[] }>(
    environment,
    'fastest-growing-hashtags',
    { window: `PT${options.hours}H`, first: options.limit },
  );
  const span = countOf(options.hours, 'hour');
  print(
    options,
    found.map(flat),
    orNone(found, `No hashtag is used more in the last ${span} than in the ${span} before`, () =>
      table(
        [
          ['hashtag', 'now', 'before', 'growth'],
          ...found.map(({ hashtag, current, previous, growth }) => [
            `#${hashtag.tag}`,
            count(current),
            count(previous),
            percent(growth),
          ]),
        ],
        [1, 2, 3],
      ),
    ),
  );
}

const flat = <One extends Tag>({ hashtag, ...rest }: One) => ({ tag: hashtag.tag, ...rest });

const orNone = (found: readonly unknown[], none: string, lines: () => readonly string[]) =>
  found.length === 0 ? [none] : lines();
