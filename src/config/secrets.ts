type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The secrets of an environment. They are read first, since messages about invalid variables must not show them either.
 */
export function secretsOf(env: Environment): readonly string[] {
  const { API_KEY, METRICS_TOKEN, X_BEARER_TOKEN, SOCIALDATA_API_KEY, X_SCRAPER_COOKIES } = env;
  const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  const cookies = (X_SCRAPER_COOKIES ?? '')
    .split(';')
    .map((pair) => pair.slice(pair.indexOf('=') + 1).trim());
  // Encoded as they are set, and decoded as they are sent.
  const headers = (env.OTEL_EXPORTER_OTLP_HEADERS ?? '').split(',').flatMap((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1).trim();
    return [value, decoded(value)];
  });
  const urls = [
    env.OTEL_EXPORTER_OTLP_ENDPOINT,
    env.DATABASE_URL,
    env.REDIS_URL,
    env.QUEUE_URL,
    env.AWS_ENDPOINT_URL,
    env.X_API_URL,
    env.SOCIALDATA_URL,
    env.X_SCRAPER_URL,
    env.TWITCH_IRC_URL,
    env.TWITCH_HELIX_URL,
    env.TWITCH_AUTH_URL,
    env.TWITCH_EVENTSUB_URL,
    env.EMOTES_BTTV_URL,
    env.EMOTES_FFZ_URL,
    env.EMOTES_SEVENTV_URL,
  ];
  const ours = [API_KEY, METRICS_TOKEN];
  const keys = [...ours, X_BEARER_TOKEN, SOCIALDATA_API_KEY, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN];
  const twitch = [env.TWITCH_CLIENT_SECRET, env.TWITCH_USER_TOKEN, env.TWITCH_USER_REFRESH_TOKEN];
  const values = [...keys, ...twitch, X_SCRAPER_COOKIES, ...cookies, ...headers];
  return [...values, ...urls.flatMap(passwordsOf)].flatMap((value) => value?.trim() || []);
}

/** Decodes percent-encoding; a malformed text stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Passwords of `https://user:password@host` and `?password=`. One that equals the user's name is left out: it would
 * redact the name everywhere.
 */
function passwordsOf(url: string | undefined): readonly string[] {
  const [, user, password] = /^\w+:\/\/([^:@/]*):([^@/]*)@/.exec(url ?? '') ?? [];
  const given = /[?&]password=([^&]*)/.exec(url ?? '')?.[1];
  return [password === user ? undefined : password, given].flatMap((one) => one ?? []);
}

/** Describes an invalid variable. The value of one that may be a secret is left out. */
export function describeBad(name: string, env: Environment, expected: string): string {
  if (/TOKEN|KEY|SECRET|COOKIES|OTEL_EXPORTER|(?:DATABASE|REDIS|QUEUE|UPLOADS|ENDPOINT)_URL/.test(name))
    return `${name}: expected ${expected}`;
  const value = (env[name] ?? '').replace(/\s+/g, ' ');
  return `${name}=${value.length > 60 ? `${value.slice(0, 59)}…` : value}: expected ${expected}`;
}
