/** Hosts that X, Twitch and the emote services serve their pictures from. Nothing is fetched from any other. */
const pictureHosts: ReadonlySet<string> = new Set([
  'pbs.twimg.com',
  'video.twimg.com',
  'abs.twimg.com',
  'static-cdn.jtvnw.net',
  'cdn.betterttv.net',
  'cdn.frankerfacez.com',
  'cdn.7tv.app',
]);

/** Characters of a picture's URL; longer ones are not looked at. */
export const urlLengthMax = 1_000;

/**
 * The URL of a picture, as it is fetched: https, of one of the hosts, without port, user and fragment. A URL with http is
 * read as one with https, as old archives have it. Null for any other text. `base` is what a relative URL starts from.
 */
export function parsePictureUrl(text: string, base?: URL): URL | null {
  if (text.length > urlLengthMax || !URL.canParse(text, base)) return null;
  const url = new URL(text, base);
  if (url.protocol === 'http:') url.protocol = 'https:';
  const isPlain = url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
  if (!isPlain || !pictureHosts.has(url.hostname)) return null;
  url.hash = '';
  return url.href.length > urlLengthMax ? null : url;
}
