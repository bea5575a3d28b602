import { expect, test } from 'vitest';
import { parsePictureUrl } from '../../../src/media/hosts.ts';

test.each([
  [
    'https://pbs.twimg.com/profile_images/1/a_normal.jpg',
    'https://pbs.twimg.com/profile_images/1/a_normal.jpg',
  ],
  ['http://pbs.twimg.com/media/a.jpg', 'https://pbs.twimg.com/media/a.jpg'],
  ['https://PBS.twimg.com:443/media/a.jpg?name=small#x', 'https://pbs.twimg.com/media/a.jpg?name=small'],
  ['https://pbs.twimg.com\\@example.org/a.png', 'https://pbs.twimg.com/@example.org/a.png'],
  ['https://cdn.7tv.app/emote/1/4x.avif', 'https://cdn.7tv.app/emote/1/4x.avif'],
])('%s is fetched as %s', (text, url) => {
  expect(parsePictureUrl(text)?.href).toBe(url);
});

test.each([
  'https://example.org/a.png',
  'https://127.0.0.1/a.png',
  'https://pbs.twimg.com.example.org/a.png',
  'https://evilpbs.twimg.com/a.png',
  'https://pbs.twimg.com@example.org/a.png',
  'https://user:secret@pbs.twimg.com/a.png',
  'https://pbs.twimg.com:8443/a.png',
  'https://pbs.twimg.com./a.png',
  'file:///etc/passwd',
  'data:image/png;base64,AAAA',
  'ftp://pbs.twimg.com/a.png',
  '//pbs.twimg.com/a.png',
  'a picture',
  '',
  `https://pbs.twimg.com/${'a'.repeat(1_000)}`,
])('nothing is fetched from %s', (text) => {
  expect(parsePictureUrl(text)).toBeNull();
});

test('a URL that is too long when escaped is refused', () => {
  expect(parsePictureUrl(`https://pbs.twimg.com/${'é'.repeat(400)}`)).toBeNull();
});
