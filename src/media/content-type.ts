/** The number of bytes by which a file's type is recognised. */
export const headBytes = 64;

/**
 * Returns the content type of a picture by its first bytes; null for anything else, including SVG, which can contain
 * scripts. The host's own content type is ignored.
 */
export function contentTypeOf(head: Buffer): string | null {
  const ascii = head.toString('latin1', 0, headBytes);
  if (ascii.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (ascii.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(ascii)) return 'image/gif';
  if (ascii.startsWith('RIFF') && ascii.slice(8, 12) === 'WEBP') return 'image/webp';
  return isAvif(head, ascii) ? 'image/avif' : null;
}

/** AVIF begins with a box `ftyp`: its length, its name, the main brand, a version, and more brands of four characters. */
function isAvif(head: Buffer, ascii: string): boolean {
  if (head.length < 16 || ascii.slice(4, 8) !== 'ftyp') return false;
  const brands = ascii.slice(8, Math.min(head.readUInt32BE(0), headBytes));
  return (brands.match(/.{4}/gs) ?? []).some((brand, at) => at !== 1 && /^avi[fs]$/.test(brand));
}
