import { expect, test } from 'vitest';
import { contentTypeOf } from '../../../src/media/content-type.ts';
import { png } from '../../support/picture-host.ts';

const box = (...brands: readonly string[]): Buffer => {
  const text = `ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length + 4);
  return Buffer.concat([length, Buffer.from(text, 'latin1'), Buffer.from('avif')]);
};

test.each([
  ['image/png', png],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
  ['image/gif', Buffer.from('GIF89a\x01\0\x01\0')],
  ['image/gif', Buffer.from('GIF87a\x01\0\x01\0')],
  ['image/webp', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ')],
  ['image/avif', box('avif', 'mif1')],
  ['image/avif', box('mif1', 'miaf', 'avis')],
])('%s is recognised by its first bytes', (type, head) => {
  expect(contentTypeOf(head)).toBe(type);
});

test.each([
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')],
  ['XML', Buffer.from('<?xml version="1.0"?><svg/>')],
  ['HTML', Buffer.from('<!doctype html><script>1</script>')],
  ['nothing', Buffer.alloc(0)],
  ['a PNG that stops before its signature does', png.subarray(0, 7)],
  ['a PNG after a space', Buffer.concat([Buffer.from(' '), png])],
  ['sound', Buffer.from('RIFF\x10\0\0\0WAVEfmt ')],
  ['a film', box('isom', 'mp42')],
  ['a film with avif behind its brands', box('isom')],
  ['a film whose version says avif', Buffer.from('\0\0\0\x10ftypisomavif', 'latin1')],
  ['a PDF', Buffer.from('%PDF-1.7')],
])('%s is no picture', (_what, head) => {
  expect(contentTypeOf(head)).toBeNull();
});
