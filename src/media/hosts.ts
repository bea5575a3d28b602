/** The hosts of pictures on X, Twitch and the emote services. Nothing is fetched from any other host. */
const pictureHosts: ReadonlySet<string> = new Set([
  'pbs.twimg.com',
  'video.twimg.com',
  'abs.twimg.com',
  'static-cdn.jtvnw.net',
  'cdn.betterttv.net',
  'cdn.frankerfacez.com',
  'cdn.7tv.app',
]);

/** Most characters of a picture's URL; longer ones are rejected. */
export const urlLengthMax = 1_000;

/**
 * Parses the URL of a picture: https, one of the hosts, without port, user and fragment. Converts http to https, since
 * old archives have http. Null for anything else. `base` resolves a relative URL.
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
