import { count } from './output.ts';

/** The queried fields of a channel. */
export type Chat = {
  readonly login: string;
  readonly displayName: string;
  readonly freshness: { readonly earliestPostAt: string | null; readonly latestPostAt: string | null };
  readonly stats: {
    readonly totals: {
      readonly posts: number;
      readonly authors: number;
      readonly bits: number;
      readonly emotes: number;
    };
    readonly topAuthors: readonly { readonly posts: number; readonly author: { readonly handle: string } }[];
    readonly topTerms: readonly { readonly term: string; readonly count: number }[];
    readonly sentiment: Readonly<Record<'positive' | 'neutral' | 'negative' | 'unscored', number>>;
  };
};

/** The main numbers of a channel, in lines. */
export function describeChat({ login, displayName, freshness, stats }: Chat): readonly string[] {
  const { totals, topAuthors, topTerms, sentiment } = stats;
  const minute = (at: string | null) => at?.slice(0, 16).replace('T', ' ') ?? 'none';
  return [
    `${displayName} (twitch.tv/${login})`,
    `  messages   ${count(totals.posts)} by ${count(totals.authors)} chatters, ${minute(freshness.earliestPostAt)} to ${minute(freshness.latestPostAt)} UTC`,
    `  bits       ${count(totals.bits)}`,
    `  chatters   ${topAuthors.map(({ author, posts }) => `${author.handle} (${count(posts)})`).join(', ') || 'none'}`,
    `  emotes     ${topTerms.length === 0 ? 'none' : `${count(totals.emotes)}, most of all ${topTerms.map((term) => `${term.term} (${count(term.count)})`).join(', ')}`}`,
    `  sentiment  ${count(sentiment.positive)} positive, ${count(sentiment.neutral)} neutral, ${count(sentiment.negative)} negative, ${count(sentiment.unscored)} unscored`,
  ];
}
