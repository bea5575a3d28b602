import { noItems } from '../../shared/lists.ts';
import type { Entities } from '../../shared/post.ts';
import { at, countOf, listOf, textOf, type Wire } from './json.ts';
import type { Link } from './text.ts';

/** Returns the links of a text, to be replaced by their targets. */
export function urlLinks(entities: Wire | null): readonly Link[] {
  return linksOf(listOf(at(entities, 'urls')), target);
}

/** The target of a link; the link itself when X does not give one. */
const target = (url: Wire) => textOf(at(url, 'expanded_url')) ?? textOf(at(url, 'url'));

/** Returns the links to a tweet's own media, to be removed. */
export function mediaLinks(elements: readonly Wire[]): readonly Link[] {
  return linksOf(elements, () => null);
}

function linksOf(
  elements: readonly Wire[],
  replacementOf: (element: Wire) => string | null,
): readonly Link[] {
  if (elements.length === 0) return noItems;
  const links: Link[] = [];
  for (const element of elements) {
    const shown = textOf(at(element, 'url'));
    if (shown === null) continue;
    const indices = at(element, 'indices');
    const start = Array.isArray(indices) ? countOf(indices[0]) : null;
    links.push({ shown, start, replacement: replacementOf(element) });
  }
  return links;
}

/** Returns the terms that X lists for a tweet; null when it lists none. */
export function entitiesOf(entities: Wire | null): Entities | null {
  if (entities === null) return null;
  return {
    hashtags: texts(at(entities, 'hashtags'), 'text'),
    mentions: texts(at(entities, 'user_mentions'), 'screen_name'),
    cashtags: texts(at(entities, 'symbols'), 'text'),
    urls: textsOf(at(entities, 'urls'), target),
  };
}

/** Returns the texts under `key` in a list's objects; skips objects without one. */
export function texts(list: unknown, key: string): readonly string[] {
  return textsOf(list, (element) => textOf(at(element, key)));
}

function textsOf(list: unknown, textIn: (element: Wire) => string | null): readonly string[] {
  const elements = listOf(list);
  if (elements.length === 0) return noItems;
  const found: string[] = [];
  for (const element of elements) {
    const text = textIn(element);
    if (text !== null) found.push(text);
  }
  return found;
}
