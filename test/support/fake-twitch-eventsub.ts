import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EventSubOptions } from '../../src/providers/twitch-eventsub/open.ts';
import { afterwards } from './afterwards.ts';
import { idOf } from './fake-twitch-irc.ts';

type Session = { id: string; socket: WebSocket; beat?: NodeJS.Timeout };
type Subscription = {
  readonly id: string;
  readonly type: string;
  readonly condition: { readonly broadcaster_user_id: string };
  session: Session;
};
type Event = Readonly<Record<string, unknown>>;
type Sent = {
  /** The frame's id; a repeated frame has the same id. */
  readonly messageId?: string;
  readonly at?: number;
  /** Sent in fragments of this many bytes. */
  readonly cut?: number;
};

/**
 * Twitch's EventSub over a WebSocket, with Helix subscriptions and the tokens that it needs: welcome, keepalives,
 * reconnects, revocations, limits. A test controls what it sends.
 */
export class FakeTwitchEventSub {
  readonly #sessions = new Set<Session>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#server });
  /** Sessions that are moving to another connection, by the word in the address of that connection. */
  readonly #moving = new Map<string, Session>();
  url = '';
  keepaliveSeconds = 10;
  /** The user whose token is valid. */
  userId = '777';
  token = 'user-token';
  refreshToken = 'refresh';
  scopes = ['user:read:chat'];
  /** Types whose subscriptions are refused, with the status. */
  readonly refused = new Map<string, number>();
  /** No frame is sent while it is set, like a connection lost silently. */
  frozen = false;
  /** Numbers of opened connections, and of created and ended subscriptions. */
  opened = 0;
  created = 0;
  ended = 0;
  /** The highest numbers of concurrent connections, and of subscriptions on one of them. */
  most = { sessions: 0, subscriptions: 0 };

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    this.url = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    this.#sockets.on('connection', (socket, request) => this.#welcome(socket, request.url ?? ''));
  }

  async close(): Promise<void> {
    for (const { socket, beat } of this.#sessions) {
      clearInterval(beat);
      socket.terminate();
    }
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  options(): EventSubOptions {
    const refresh = { token: this.refreshToken, clientId: 'client', clientSecret: 'secret' };
    return {
      url: `ws://${this.url}/ws`,
      helixUrl: `http://${this.url}/helix`,
      user: {
        token: this.token,
        refresh,
        authUrl: `http://${this.url}/oauth2`,
        timeoutMs: 5_000,
        now: Date.now,
      },
    };
  }

  /** The subscribed types of a channel. */
  types(login: string): readonly string[] {
    return [...this.#subscriptions.values()]
      .filter(({ condition }) => condition.broadcaster_user_id === idOf(login))
      .map(({ type }) => type)
      .sort();
  }

  get connections(): number {
    return this.#sessions.size;
  }

  /** Sends an event to all subscribers of its type in the channel; `event` overrides the common fields. */
  send(login: string, type: string, event: Event, sent: Sent = {}): void {
    const { messageId = randomUUID(), at = Date.now() } = sent;
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.type !== type || subscription.condition.broadcaster_user_id !== idOf(login)) continue;
      const place = {
        broadcaster_user_id: idOf(login),
        broadcaster_user_login: login,
        broadcaster_user_name: login,
      };
      const payload = { subscription: described(subscription), event: { ...place, ...event } };
      const about = { subscription_type: type, subscription_version: '1' };
      this.#tell(subscription.session, frame('notification', payload, { ...about, messageId, at }), sent.cut);
    }
  }

  /** Sends a chat message; returns its id. */
  say(
    login: string,
    said: { text: string; by?: string; id?: string; event?: Event },
    sent: Sent = {},
  ): string {
    const { text, by = 'ada', id = randomUUID(), event = {} } = said;
    const plain = { type: 'text', text, cheermote: null, emote: null, mention: null };
    const message = {
      source_broadcaster_user_id: null,
      chatter_user_id: idOf(by),
      chatter_user_login: by,
      chatter_user_name: by,
      message_id: id,
      source_message_id: null,
      message: { text, fragments: [plain] },
      color: '#FF0000',
      badges: [],
      message_type: 'text',
      cheer: null,
      reply: null,
    };
    this.send(login, 'channel.chat.message', { ...message, ...event }, sent);
    return id;
  }

  /** Tells every session to move to another address; the old connection ends after a while. */
  reconnect(afterMs = 30_000): void {
    for (const session of this.#sessions) {
      const word = randomUUID();
      this.#moving.set(word, session);
      this.#tell(session, reconnectFrame(session, `ws://${this.url}/ws?resume=${word}`));
      setTimeout(() => session.socket.close(4004), afterMs).unref();
    }
  }

  /** Tells every session to move to this address. */
  reconnectTo(url: string): void {
    for (const session of this.#sessions) this.#tell(session, reconnectFrame(session, url));
  }

  /** Revokes a channel's subscription to a type. */
  revoke(login: string, type: string, status = 'authorization_revoked'): void {
    for (const [id, subscription] of this.#subscriptions) {
      if (subscription.type !== type || subscription.condition.broadcaster_user_id !== idOf(login)) continue;
      this.#subscriptions.delete(id);
      const payload = { subscription: { ...described(subscription), status } };
      this.#tell(subscription.session, frame('revocation', payload, { subscription_type: type }));
    }
  }

  /** Ends every connection without a close frame; new ones are accepted. */
  drop(): void {
    for (const { socket } of this.#sessions) socket.terminate();
  }

  #welcome(socket: WebSocket, path: string): void {
    this.opened++;
    const session: Session = { id: randomUUID(), socket };
    const word = new URL(path, 'http://fake').searchParams.get('resume');
    const before = word === null ? undefined : this.#moving.get(word);
    this.#sessions.add(session);
    this.most.sessions = Math.max(this.most.sessions, this.#sessions.size);
    session.beat = setInterval(
      () => this.#tell(session, frame('session_keepalive', {})),
      // More often than on Twitch: on a busy machine a keepalive may be late.
      this.keepaliveSeconds * 250,
    );
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(session.beat);
      this.#sessions.delete(session);
      for (const [id, one] of this.#subscriptions)
        if (one.session === session) this.#subscriptions.delete(id);
    });
    // Clients must not send anything: Twitch closes the connection of a client that does.
    socket.on('message', () => socket.close(4001));
    if (before !== undefined) session.id = before.id;
    this.#tell(session, frame('session_welcome', { session: sessionOf(session.id, this.keepaliveSeconds) }));
    if (before === undefined) return;
    for (const one of this.#subscriptions.values()) if (one.session === before) one.session = session;
  }

  #tell({ socket }: Session, text: string, cut?: number): void {
    if (this.frozen) return;
    const bytes = Buffer.from(text);
    const step = cut ?? bytes.length;
    for (let at = 0; at < bytes.length; at += step) {
      socket.send(bytes.subarray(at, at + step), { fin: at + step >= bytes.length, binary: false });
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const url = new URL(request.url ?? '', 'http://fake');
    const json = (status: number, value: object): unknown =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const given = request.headers.authorization ?? '';
    if (url.pathname === '/oauth2/validate') {
      if (given !== `OAuth ${this.token}`) return json(401, { status: 401, message: 'invalid access token' });
      const { scopes, userId } = this;
      return json(200, { client_id: 'client', login: 'me', scopes, user_id: userId, expires_in: 14_000 });
    }
    if (url.pathname === '/oauth2/token') return this.#refresh(new URLSearchParams(body), json);
    if (given !== `Bearer ${this.token}` || request.headers['client-id'] !== 'client')
      return json(401, { error: 'Unauthorized', status: 401, message: 'Invalid OAuth token' });
    if (request.method === 'DELETE') {
      this.ended++;
      const known = this.#subscriptions.delete(url.searchParams.get('id') ?? '');
      return response.writeHead(known ? 204 : 404).end();
    }
    const { type, condition, transport } = JSON.parse(body);
    const refusal = this.refused.get(type) ?? (this.scopes.includes('user:read:chat') ? undefined : 403);
    if (refusal !== undefined)
      return json(refusal, { error: 'Refused', status: refusal, message: `no ${type} for you` });
    const session = [...this.#sessions].find(({ id }) => id === transport.session_id);
    if (session === undefined) return json(400, { status: 400, message: 'session does not exist' });
    const mine = [...this.#subscriptions.values()].filter((one) => one.session === session);
    if (mine.length >= 300) return json(429, { status: 429, message: 'too many subscriptions' });
    this.created++;
    this.most.subscriptions = Math.max(this.most.subscriptions, mine.length + 1);
    const subscription: Subscription = { id: randomUUID(), type, condition, session };
    this.#subscriptions.set(subscription.id, subscription);
    return json(202, { data: [described(subscription)], total: 1, total_cost: 0, max_total_cost: 10 });
  }

  #refresh(given: URLSearchParams, json: (status: number, value: object) => unknown): unknown {
    if (given.get('refresh_token') !== this.refreshToken || given.get('client_secret') !== 'secret')
      return json(400, { status: 400, message: 'Invalid refresh token' });
    this.token = `user-token-${randomUUID()}`;
    this.refreshToken = randomUUID();
    const { token, refreshToken, scopes } = this;
    return json(200, { access_token: token, refresh_token: refreshToken, scope: scopes, expires_in: 14_000 });
  }
}

const sessionOf = (id: string, keepalive: number | null) => ({
  id,
  status: 'connected',
  keepalive_timeout_seconds: keepalive,
  reconnect_url: null as string | null,
  recovery_url: null,
  connected_at: new Date().toISOString(),
});

const described = ({ id, type, condition, session }: Subscription) => ({
  id,
  status: 'enabled',
  type,
  version: '1',
  condition,
  transport: { method: 'websocket', session_id: session.id },
  created_at: new Date().toISOString(),
  cost: 0,
});

type More = { readonly messageId?: string; readonly at?: number; readonly [name: string]: unknown };

function frame(
  type: string,
  payload: object,
  { messageId = randomUUID(), at = Date.now(), ...more }: More = {},
) {
  // Twitch sends nanoseconds.
  const stamp = `${new Date(at).toISOString().slice(0, -1)}123456Z`;
  const metadata = { message_id: messageId, message_type: type, message_timestamp: stamp, ...more };
  return JSON.stringify({ metadata, payload });
}

const reconnectFrame = ({ id }: Session, url: string) =>
  frame('session_reconnect', {
    session: { ...sessionOf(id, null), status: 'reconnecting', reconnect_url: url },
  });

/** A listening fake, closed after the file. */
export async function openFakeTwitchEventSub(): Promise<FakeTwitchEventSub> {
  const fake = new FakeTwitchEventSub();
  await fake.listen();
  afterwards(() => fake.close());
  return fake;
}
