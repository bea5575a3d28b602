import { weekdays as weekdayLabels } from '../../format/dates.ts';
import { exact } from '../../format/numbers.ts';
import { allPosts, type PostsView, weekdayNames } from '../search.ts';
import { rangeWords } from './range-words.ts';
import { kindLabels, languageName, moodLabels, providerLabels } from './words.ts';

/** One active filter: its text, and how to remove it. */
export type FilterChip = {
  readonly key: string;
  readonly text: string;
  readonly without: Partial<PostsView>;
};

/** The active filters, in the order of the bar. `titles` names the streams. */
export function filterChips(view: PostsView, titles: ReadonlyMap<string, string>): FilterChip[] {
  const each = <Key extends keyof PostsView>(
    key: Key,
    text: (item: PostsView[Key] extends readonly (infer Item)[] ? Item : never) => string,
  ): FilterChip[] => {
    const items = view[key] as readonly never[];
    return items.map((item) => ({
      key: `${key}:${item}`,
      text: text(item),
      without: { [key]: items.filter((other) => other !== item) },
    }));
  };
  const one = (key: keyof PostsView, text: string | null): FilterChip[] =>
    text === null ? [] : [{ key, text, without: { [key]: allPosts[key] } }];
  const days = weekdayLabels('long');
  return [
    ...each('streams', (id) => titles.get(id) ?? 'a stream'),
    ...each('kinds', (kind) => kindLabels[kind]),
    ...each('languages', (code) => languageName(code)),
    ...one('mood', view.mood === null ? null : moodLabels[view.mood]),
    ...one('media', view.media === null ? null : view.media ? 'with media' : 'without media'),
    ...one('minLikes', view.minLikes === null ? null : `≥ ${exact(view.minLikes)} likes`),
    ...one('range', view.range === 'all' ? null : rangeWords(view.range, view.zone)),
    ...each('weekdays', (day) => days[weekdayNames.indexOf(day)] ?? day),
    ...each('hours', (hour) => `${String(hour).padStart(2, '0')}:00–${String(hour).padStart(2, '0')}:59`),
    ...each('hashtags', (tag) => `#${tag.replace(/^#/, '')}`),
    ...each('mentions', (handle) => `mentions @${handle.replace(/^@/, '')}`),
    ...each('authors', (handle) => `by @${handle.replace(/^@/, '')}`),
    ...each('domains', (domain) => `links to ${domain}`),
    ...each('emojis', (emoji) => emoji),
    ...each('clients', (client) => `with ${client}`),
    ...one(
      'own',
      view.own === null ? null : view.own ? 'counted in statistics' : 'by others, for conversations',
    ),
    ...each('providers', (provider) => `from ${providerLabels[provider]}`),
  ];
}
