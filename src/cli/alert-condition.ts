import type { GivenCondition } from '../alerts/parse-condition.ts';
import { BadInputError } from '../shared/errors.ts';
import { dayMs, hourMs } from '../shared/instant.ts';
import { durationOption } from './duration-option.ts';

/** The options of an alert's condition. */
export type ConditionOptions = {
  readonly search?: string;
  readonly burst?: string;
  readonly word?: string;
  readonly likes?: boolean;
  readonly followersLost?: string;
  readonly window?: string;
  readonly within?: string;
  readonly minPosts?: number;
  readonly minScore?: number;
  readonly minLikes?: number;
  readonly times?: number;
};

const kinds = {
  search: '--search',
  burst: '--burst',
  word: '--word',
  likes: '--likes',
  followersLost: '--followers-lost',
} as const;

/** The condition of the options, with the API's defaults. BAD_INPUT unless exactly one kind is given. */
export function conditionOf(options: ConditionOptions): GivenCondition {
  const asked = (Object.keys(kinds) as (keyof typeof kinds)[]).filter((kind) => options[kind] !== undefined);
  if (asked.length !== 1) throw new BadInputError(`Give one of ${Object.values(kinds).join(', ')}`);
  const { search, burst, word, likes, followersLost, minPosts = 10, minScore = 3, times } = options;
  const window = durationOption(options.window, hourMs);
  if (search !== undefined) return { posts: { search } };
  if (burst !== undefined) return { burst: { hashtag: burst, window, minScore, minPosts } };
  if (word !== undefined) return { wordRate: { word, window, minPosts, timesUsual: times ?? null } };
  if (likes) {
    const within = durationOption(options.within, 2 * dayMs);
    return { likes: { timesNormal: times ?? 5, minLikes: options.minLikes ?? 50, within } };
  }
  return { followersLost: { ...lossOf(followersLost ?? ''), within: durationOption(options.within, dayMs) } };
}

/** Reads `500` or `2%`. */
function lossOf(text: string): { readonly count?: number; readonly percent?: number } {
  const [, figure, sign] = /^(\d+(?:\.\d+)?) ?(%?)$/.exec(text.trim()) ?? [];
  if (figure === undefined)
    throw new BadInputError(`Not a loss of followers: ${text.slice(0, 40)}. Expected e.g. 500 or 2%`);
  return sign === '%' ? { percent: Number(figure) } : { count: Math.ceil(Number(figure)) };
}
