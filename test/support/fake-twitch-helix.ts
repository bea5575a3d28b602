import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterwards } from './afterwards.ts';

type FakeChannel = {
  readonly id: string;
  login: string;
  displayName?: string;
  followers?: number;
  live?: {
    readonly id: string;
    readonly title: string;
    readonly category: string;
    readonly startedAt: string;
    readonly viewers: number;
  } | null;
};

/** Twitch's tokens and Helix, like the recorded answers, with the keys, limits and faults that a test sets. */
export class FakeTwitchHelix {
  readonly channels = new Map<string, FakeChannel>();
  /** Received paths with their queries, in order. */
  readonly asked: string[] = [];
  /** Number of issued tokens. */
  tokens = 0;
  tokenSeconds = 5_000_000;
  /** Statuses of the next Helix answers. */
  readonly failures: number[] = [];
  /** Points left in the rate limit; null: no header is sent. */
  points: number | null = null;
  resetAt = 0;
  url = '';
  readonly #valid = new Set<string>();

  add(channel: FakeChannel): FakeChannel {
    this.channels.set(channel.id, channel);
    return channel;
  }

  /** Invalidates all tokens. */
  revokeAll(): void {
    this.#valid.clear();
  }

  answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const url = new URL(request.url ?? '', 'http://fake');
    const json = (status: number, value: object, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(value));
    if (url.pathname === '/oauth2/token') {
      const given = new URLSearchParams(body || url.search);
      if (given.get('client_id') !== 'client' || given.get('client_secret') !== 'secret')
        return void json(403, { status: 403, message: 'invalid client secret' });
      const token = `token${++this.tokens}`;
      this.#valid.add(token);
      return void json(200, { access_token: token, expires_in: this.tokenSeconds, token_type: 'bearer' });
    }
    this.asked.push(`${url.pathname}${url.search}`);
    const limits: Record<string, string> =
      this.points === null
        ? {}
        : {
            'ratelimit-limit': '800',
            'ratelimit-remaining': String(Math.max(0, --this.points)),
            'ratelimit-reset': String(this.resetAt),
          };
    const failure = this.failures.shift();
    if (failure !== undefined)
      return void json(failure, { error: 'Failed', status: failure, message: '' }, limits);
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!this.#valid.has(token) || request.headers['client-id'] !== 'client')
      return void json(401, { error: 'Unauthorized', status: 401, message: 'Invalid OAuth token' });
    json(200, this.#read(url), limits);
  }

  #read({ pathname, searchParams }: URL): object {
    const all = [...this.channels.values()];
    if (pathname === '/helix/users') {
      const [ids, logins] = [searchParams.getAll('id'), searchParams.getAll('login')];
      const found = all.filter(({ id, login }) => ids.includes(id) || logins.includes(login));
      return { data: found.map(userOf) };
    }
    if (pathname === '/helix/channels/followers') {
      const channel = this.channels.get(searchParams.get('broadcaster_id') ?? '');
      return { total: channel?.followers ?? 0, data: [], pagination: {} };
    }
    const ids = searchParams.getAll('user_id');
    return {
      data: all.flatMap((channel) => (channel.live && ids.includes(channel.id) ? [streamOf(channel)] : [])),
      pagination: {},
    };
  }
}

const userOf = ({ id, login, displayName = login }: FakeChannel) => ({
  id,
  login,
  display_name: displayName,
  type: '',
  broadcaster_type: 'partner',
  description: `The channel of ${displayName}.`,
  profile_image_url: `https://static-cdn.jtvnw.net/${login}.png`,
  offline_image_url: '',
  view_count: 0,
  created_at: '2016-12-14T20:32:28.894263Z',
});

const streamOf = ({ id, login, live }: FakeChannel) => ({
  id: live?.id,
  user_id: id,
  user_login: login,
  user_name: login,
  game_id: '1',
  game_name: live?.category,
  type: 'live',
  title: live?.title,
  tags: [],
  viewer_count: live?.viewers,
  started_at: live?.startedAt,
  language: 'en',
  thumbnail_url: '',
  is_mature: false,
});

/** A listening fake, closed after the file. */
export async function openFakeTwitchHelix(): Promise<FakeTwitchHelix> {
  const fake = new FakeTwitchHelix();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    fake.answer(request, response, body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  afterwards(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return fake;
}
