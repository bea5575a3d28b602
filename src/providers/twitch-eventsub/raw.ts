import { BadInputError } from '../../shared/errors.ts';
import type { NormalisedPost } from '../../shared/post.ts';
import { parseRawJson } from '../raw-json.ts';
import { readEvent } from './read-event.ts';

/** Reads a stored EventSub message with the current parser; throws BadInputError when it is not one. */
export function parseRaw(raw: string): NormalisedPost {
  const kept = parseRawJson(raw) as { readonly at?: unknown } | null;
  const at = typeof kept?.at === 'string' ? Date.parse(kept.at) : Number.NaN;
  const post = Number.isNaN(at) ? undefined : readEvent(raw, { at, observedAt: at })?.post;
  if (post === undefined) throw new BadInputError('A raw payload is not an EventSub message.');
  return post;
}
