import { noItems } from '../../shared/lists.ts';
import type { Media } from '../../shared/post.ts';
import { at, countOf, listOf, textOf, type Wire, wireAt } from './json.ts';
import { unescapeHtml } from './text.ts';

/** Reads the media of a post from X's v1.1 `extended_entities.media` (or `entities.media`). */
export function mediaOf(elements: readonly Wire[]): readonly Media[] {
  if (elements.length === 0) return noItems;
  const media: Media[] = [];
  for (const element of elements) {
    const image = textOf(at(element, 'media_url_https')) ?? textOf(at(element, 'media_url'));
    const described = textOf(at(element, 'ext_alt_text')) ?? textOf(at(element, 'media_alt'));
    const alt = described === null ? null : unescapeHtml(described);
    const kind = kindOf(at(element, 'type'));
    const video = kind === 'PHOTO' ? null : bestVideo(wireAt(element, 'video_info'));
    const url = video ?? image;
    // Only a video needs a still image to show before it plays.
    if (url !== null) media.push({ kind, url, previewUrl: video === null ? null : image, alt });
  }
  return media;
}

/** Old archives have no type, and only pictures. */
function kindOf(type: unknown): Media['kind'] {
  if (type === 'video') return 'VIDEO';
  return type === 'animated_gif' ? 'GIF' : 'PHOTO';
}

/** Returns the mp4 with the highest bit rate; GIFs have 0 or none. */
function bestVideo(info: Wire | null): string | null {
  let best: { readonly url: string; readonly bitrate: number } | null = null;
  for (const variant of listOf(at(info, 'variants'))) {
    const url = textOf(at(variant, 'url'));
    const bitrate = countOf(at(variant, 'bitrate')) ?? 0;
    if (url === null || at(variant, 'content_type') !== 'video/mp4') continue;
    if (best === null || bitrate > best.bitrate) best = { url, bitrate };
  }
  return best?.url ?? null;
}
