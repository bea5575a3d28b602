import { hourMs } from '../../src/shared/instant.ts';
import { burstOf, type Uses } from '../../src/trends/trending/burst.ts';
import { shareOf } from '../../src/trends/trending/profile.ts';
import type { Case, HourOfUse, MadeTag } from './planted-trends.ts';

/** Scores a case's tags: higher ranks first. */
export type Ranking = (made: Case) => (tag: MadeTag) => number;

const last = (tag: MadeTag): HourOfUse => tag.hours.at(-1) ?? { posts: 0, authors: 0 };

export const plainCount: Ranking = () => (tag) => last(tag).posts;
export const plainAuthors: Ranking = () => (tag) => last(tag).authors;

/**
 * Mastodon's ranking of tags (`Trends::Tags#calculate_scores`, from 3.5 to 4.5): accounts of this UTC day against those
 * of the day before, nothing below five accounts. It is scored at the end of each hour; the highest score of two days
 * counts, halved every four hours.
 */
export const mastodon: Ranking =
  ({ endHour }) =>
  (tag) => {
    const end = tag.hours.length;
    let highest = { score: 0, at: 0 };
    for (let at = end - 48; at < end; at++) {
      const hour = endHour - (end - 1 - at);
      const score = chiSquare(
        accountsOfDay(tag, at, hour % 24),
        accountsOfDay(tag, at - (hour % 24) - 1, 23),
      );
      if (score > highest.score) highest = { score, at };
    }
    return highest.score * 0.5 ** ((end - 1 - highest.at) / 4);
  };

/**
 * The same formula over the window and the one a day earlier, without the decay: its potential with sliding windows.
 */
export const mastodonWindow: Ranking = () => (tag) =>
  chiSquare(last(tag).authors, tag.hours.at(-25)?.authors ?? 0);

function chiSquare(observed: number, before: number): number {
  const expected = before === 0 ? 1 : before;
  return expected > observed || observed < 5 ? 0 : (observed - expected) ** 2 / expected;
}

/** Distinct accounts in the hours of a day until `at`: some of the tag's people return. */
function accountsOfDay({ hours, people }: MadeTag, at: number, hourOfDay: number): number {
  let sum = 0;
  for (let back = 0; back <= hourOfDay; back++) sum += hours[at - back]?.authors ?? 0;
  const crowd = Math.max(people, ...hours.slice(at - hourOfDay, at + 1).map(({ authors }) => authors));
  return Math.min(sum, Math.round(crowd * (1 - Math.exp(-sum / crowd))) + 1);
}

/** larkstat's ranking by BURST. */
export const burst: Ranking = ({ tags, endHour }) => {
  const pastEnd = Math.floor(endHour / 24) * 24;
  const pastStart = pastEnd - 28 * 24;
  const indexOf = (tag: MadeTag, hour: number) => tag.hours.length - 1 - (endHour - hour);
  const totals = Array.from({ length: pastEnd - pastStart }, (_, at) => ({
    hour: pastStart + at,
    authorHours: tags.reduce((sum, tag) => sum + (tag.hours[indexOf(tag, pastStart + at)]?.authors ?? 0), 0),
  })).filter(({ authorHours }) => authorHours > 0);
  const share = shareOf(
    totals,
    { from: pastStart * hourMs, to: pastEnd * hourMs },
    { from: endHour * hourMs, to: (endHour + 1) * hourMs },
  );
  return (tag) => {
    const before = sum(tag.hours.slice(indexOf(tag, pastStart), indexOf(tag, pastEnd)));
    const sameHours = sum(
      [1, 2, 3, 4].flatMap((week) => tag.hours[indexOf(tag, endHour - week * 168)] ?? []),
    );
    const { authors } = last(tag);
    return burstOf({ ...usesOf(last(tag)), authors }, { before, sameHours }, { share, weeks: 4 });
  };
};

const usesOf = ({ posts, authors }: HourOfUse): Uses => ({ posts, authorHours: authors });
const sum = (hours: readonly HourOfUse[]): Uses =>
  hours.reduce<Uses>(
    (all, { posts, authors }) => ({ posts: all.posts + posts, authorHours: all.authorHours + authors }),
    { posts: 0, authorHours: 0 },
  );
