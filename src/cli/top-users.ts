import { askStore } from './ask.ts';
import { count, type Environment, type Output, print, table } from './output.ts';

type Counted = {
  readonly author: { readonly handle: string; readonly displayName: string | null };
  readonly posts: number;
  readonly engagement: number | null;
  readonly engagementPerPost: number | null;
};

/** Shows the authors with the most posts in all streams. */
export async function topUsers(
  environment: Environment,
  options: Output & { readonly limit: number; readonly engagedOnly?: boolean },
): Promise<void> {
  const { topAuthors } = await askStore<{ topAuthors: readonly Counted[] }>(environment, 'all-top-authors', {
    first: options.limit,
    engagedOnly: options.engagedOnly ?? false,
  });
  const figure = (value: number | null) => (value === null ? 'unknown' : count(Math.round(value)));
  const rows = topAuthors.map(({ author, posts, engagement, engagementPerPost }) => [
    `@${author.handle}`,
    count(posts),
    figure(engagement),
    figure(engagementPerPost),
  ]);
  print(
    options,
    topAuthors.map(({ author, ...rest }) => ({ ...author, ...rest })),
    rows.length === 0
      ? ['No post is stored']
      : table([['author', 'posts', 'engagement', 'a post'], ...rows], [1, 2, 3]),
  );
}
