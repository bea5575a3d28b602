import type { Entities } from '../../shared/post.ts';
import { at, countOf, listOf, textOf, type Wire } from './json.ts';
import type { Link } from './text.ts';

/** The links of a text, to be replaced with what they lead to. */
export function urlLinks(entities: Wire | null): readonly Link[] {
  return listOf(at(entities, 'urls')).flatMap((url) => linkOf(url, target(url)));
}

/** What a link leads to; the link itself where X does not tell. */
const target = (url: Wire) => textOf(at(url, 'expanded_url')) ?? textOf(at(url, 'url'));

/** The links to a tweet's own media, to be left out. */
export function mediaLinks(elements: readonly Wire[]): readonly Link[] {
  return elements.flatMap((element) => linkOf(element, null));
}

function linkOf(element: Wire, replacement: string | null): readonly Link[] {
  const shown = textOf(at(element, 'url'));
  if (shown === null) return [];
  const indices = at(element, 'indices');
  const start = Array.isArray(indices) ? countOf(indices[0]) : null;
  return [{ shown, start, replacement }];
}

/** The terms that X lists for a tweet; null when it lists none. */
export function entitiesOf(entities: Wire | null): Entities | null {
  if (entities === null) return null;
  return {
    hashtags: texts(at(entities, 'hashtags'), 'text'),
    mentions: texts(at(entities, 'user_mentions'), 'screen_name'),
    cashtags: texts(at(entities, 'symbols'), 'text'),
    urls: listOf(at(entities, 'urls')).flatMap((url) => target(url) ?? []),
  };
}

/** The texts under `key` of a list's objects, without those that have none. */
export function texts(list: unknown, key: string): readonly string[] {
  return listOf(list).flatMap((element) => textOf(at(element, key)) ?? []);
}
