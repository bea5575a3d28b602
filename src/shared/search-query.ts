import { segmentForSearch } from './segment.ts';

/**
 * A full-text query as people type it, made ready for texts whose words are parted by spaces: what is written
 * without spaces (Chinese, Japanese, Thai) becomes a phrase of its words, as the texts were segmented. Of a link
 * Postgres knows the host and the path, not the protocol.
 */
export function searchQuery(typed: string): string {
  return typed
    .replace(/[“”„]/g, '"')
    .replace(/\bhttps?:\/\//gi, '')
    .split(/("[^"]*")/)
    .map((part) =>
      part.startsWith('"') ? (segmentForSearch(part) ?? part) : part.replace(/[^\s-]\S*/g, asPhrase),
    )
    .join('');
}

function asPhrase(word: string): string {
  const segmented = segmentForSearch(word);
  return segmented === null ? word : `"${segmented}"`;
}
