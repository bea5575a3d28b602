import { NotFoundError } from '../shared/errors.ts';
import { toIso } from '../shared/instant.ts';
import { parseLogin } from '../shared/login.ts';
import { parseFirst } from '../shared/page.ts';
import { askStore } from './ask.ts';
import { count, type Environment, type Output, print, table } from './output.ts';

type Term = { readonly term: string; readonly count: number; readonly lift: number };
type Moment = {
  readonly start: string;
  readonly messages: number;
  readonly expected: number;
  readonly score: number;
  readonly words: readonly Term[];
  readonly emotes: readonly Term[];
};
type Channel = {
  readonly login: string;
  readonly freshness: { readonly earliestPostAt: string | null };
  readonly moments: readonly Moment[];
};

type MomentsOptions = Output & {
  readonly k: number;
  /** Milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly chapters?: boolean;
};

/** Shows the moments when a chat was unusually busy; with `chapters` as chapter marks for video sites. */
export async function moments(
  environment: Environment,
  login: string,
  options: MomentsOptions,
): Promise<void> {
  const { from, to } = options;
  const variables = {
    login: parseLogin(login),
    first: parseFirst(options.k, '--k'),
    range: { from: from === undefined ? null : toIso(from), to: to === undefined ? null : toIso(to) },
  };
  const { channel } = await askStore<{ channel: Channel | null }>(environment, 'moments', variables);
  if (channel === null) throw new NotFoundError(`Nothing was collected of ${variables.login}`);
  const beganAt = from ?? Date.parse(channel.freshness.earliestPostAt ?? '');
  print(options, channel, options.chapters ? chaptersOf(channel, beganAt) : describe(channel));
}

function describe({ login, moments: found }: Channel): readonly string[] {
  if (found.length === 0) return [`The chat of ${login} was never far busier than usual`];
  return table([
    ['start (UTC)', 'messages', 'usual', 'score', 'about'],
    ...found.map((moment) => [
      moment.start.slice(0, 16).replace('T', ' '),
      count(moment.messages),
      count(Math.round(moment.expected)),
      moment.score.toFixed(1),
      aboutOf(moment),
    ]),
  ]);
}

/** Lines of `H:MM:SS title` in order of time, the first at zero, as YouTube requires. */
function chaptersOf({ moments: found }: Channel, beganAt: number): readonly string[] {
  const marks = found
    .map((moment) => ({ at: Math.max(0, Date.parse(moment.start) - beganAt), title: aboutOf(moment) }))
    .sort((a, b) => a.at - b.at);
  return ['0:00:00 Start', ...marks.map(({ at, title }) => `${clockOf(at)} ${title}`)];
}

function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A moment's terms, as a short title. */
function aboutOf({ words, emotes }: Moment): string {
  const terms = [...emotes.slice(0, 2), ...words.slice(0, 3)].map(({ term }) => term);
  return terms.length === 0 ? 'Busy chat' : terms.join(' ');
}
