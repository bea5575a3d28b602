import { burstsInCase, type Case, type MadeTag, plantedCases } from './support/planted-trends.ts';
import { type Finding, markdown, type Run } from './support/finding.ts';
import {
  burst,
  mastodon,
  mastodonWindow,
  plainAuthors,
  plainCount,
  type Ranking,
} from './support/trend-rankings.ts';

/** A different seed from the ones used to choose the constants of `burst.ts`. */
const seed = 2026;
const cases = 20;

const rankings: readonly (readonly [string, Ranking])[] = [
  ['posts', plainCount],
  ['distinct authors', plainAuthors],
  ['Mastodon, by days', mastodon],
  ["Mastodon's formula on windows", mastodonWindow],
  ['BURST', burst],
];

/** How well each ranking finds 200 planted bursts among noise, giants, weekly tags and floods. */
export async function bursts(run: Run): Promise<readonly Finding[]> {
  const made = plantedCases(seed, run.quick ? 2 : cases);
  const rows = rankings.map(([name, ranking]) => [name, ...figuresOf(made, ranking)]);
  const heads = [
    'ranked by',
    'precision at 10',
    'recall at 10',
    'first is a burst',
    'giants',
    'weekly',
    'floods',
    'noise',
  ];
  process.stdout.write(`\n${markdown(heads, rows)}\n`);
  return rows.map(([name = '', precision = '']) => ({
    part: 'bursts',
    what: `precision at 10 by ${name}`,
    size: `${made.length * burstsInCase} bursts`,
    figure: precision,
  }));
}

function figuresOf(made: readonly Case[], ranking: Ranking): readonly string[] {
  const tops = made.map((one) => topOf(one, ranking(one)));
  const found = tops.flat();
  const hits = found.filter(({ role }) => role === 'burst').length;
  const planted = made.length * burstsInCase;
  const firsts = tops.filter(([first]) => first?.role === 'burst').length;
  const others = ['giant', 'weekly', 'flood', 'noise'].map((role) =>
    String(found.filter((tag) => tag.role === role).length),
  );
  return [percent(hits / found.length), percent(hits / planted), percent(firsts / made.length), ...others];
}

/** The ten highest scores above zero. */
function topOf({ tags }: Case, scoreOf: (tag: MadeTag) => number): readonly MadeTag[] {
  return tags
    .map((tag) => ({ tag, score: scoreOf(tag) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.tag.name < b.tag.name ? -1 : 1))
    .slice(0, 10)
    .map(({ tag }) => tag);
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
