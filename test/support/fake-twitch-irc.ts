import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

type Client = {
  readonly socket: WebSocket;
  nick: string;
  /** Whether login is complete. Before that, JOIN is refused. */
  registered: boolean;
  readonly channels: Set<string>;
  /** Times of joins, for the limit. */
  joins: number[];
  readonly pongs: Map<string, () => void>;
};

export type FakeOptions = {
  /** Joins allowed in 10 s; further ones get no answer, as on Twitch. */
  readonly joinsIn10s?: number;
};

/** A message in a channel. */
type Said = {
  readonly text: string;
  readonly login?: string;
  readonly userId?: string;
  readonly id?: string;
  /** Milliseconds. */
  readonly at?: number;
  /** More tags, such as `bits=100`. */
  readonly tags?: string;
};

/**
 * Twitch's chat as clients see it, over IRC on a WebSocket: login, the echo of a JOIN and its ROOMSTATE, limits, PING,
 * RECONNECT, channels that never answer. A test controls what it sends.
 */
export class FakeTwitchIrc {
  readonly #clients = new Set<Client>();
  readonly #joinsIn10s: number;
  #server: WebSocketServer | null = null;
  #port = 0;
  #pings = 0;
  /** Channels that do not exist: a JOIN has no answer. */
  readonly silent = new Set<string>();
  /** Channels that are suspended: a JOIN is answered by a NOTICE. */
  readonly suspended = new Set<string>();
  /** Every line received from clients, in order. */
  readonly received: string[] = [];
  /** How many connections were opened. */
  opened = 0;

  constructor({ joinsIn10s = 20 }: FakeOptions = {}) {
    this.#joinsIn10s = joinsIn10s;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  async listen(port = 0): Promise<void> {
    const server = new WebSocketServer({ port, host: '127.0.0.1' });
    await new Promise<void>((done, fail) => server.once('listening', done).once('error', fail));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.#welcome(socket));
  }

  /** Ends every connection without a close frame and accepts no new ones, like an outage. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const { socket } of this.#clients) socket.terminate();
    this.#clients.clear();
    await new Promise<void>((done) => (server === null ? done() : server.close(() => done())));
  }

  /** How many clients are in the channel. */
  listeners(channel: string): number {
    return [...this.#clients].filter(({ channels }) => channels.has(channel)).length;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#clients.size;
  }

  /** Waits until at least this many clients are in the channel. */
  async joined(channel: string, clients = 1, forMs = 30_000): Promise<void> {
    for (const end = Date.now() + forMs; this.listeners(channel) < clients; ) {
      if (Date.now() > end) throw new Error(`nobody joined #${channel}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** A message's line. Its id is a random UUID by default. */
  line(channel: string, said: Said): string {
    const { text, login = 'ada', userId = idOf(login), id = randomUUID(), at = Date.now(), tags = '' } = said;
    const more = tags === '' ? '' : `${tags};`;
    return (
      `@badge-info=;badges=;color=#FF0000;${more}display-name=${login};emotes=;first-msg=0;flags=;id=${id};mod=0;` +
      `returning-chatter=0;room-id=${idOf(channel)};subscriber=0;tmi-sent-ts=${at};turbo=0;user-id=${userId};user-type= ` +
      `:${login}!${login}@${login}.tmi.twitch.tv PRIVMSG #${channel} :${text}`
    );
  }

  /** Sends a message to everyone in a channel; returns its id. */
  say(channel: string, said: Said): string {
    const id = said.id ?? randomUUID();
    this.send(channel, [this.line(channel, { ...said, id })]);
    return id;
  }

  /** Sends lines to everyone in the channel, in one frame. */
  send(channel: string, lines: readonly string[]): void {
    const frame = lines.map((line) => `${line}\r\n`).join('');
    for (const { channels, socket } of this.#clients) if (channels.has(channel)) socket.send(frame);
  }

  /** Sends one line in two frames, cut at a position. */
  sendCut(channel: string, line: string, at: number): void {
    for (const { channels, socket } of this.#clients) {
      if (!channels.has(channel)) continue;
      socket.send(line.slice(0, at));
      socket.send(`${line.slice(at)}\r\n`);
    }
  }

  deleteMessage(channel: string, messageId: string, login = 'ada'): void {
    this.send(channel, [
      `@login=${login};room-id=${idOf(channel)};target-msg-id=${messageId};tmi-sent-ts=${Date.now()} :tmi.twitch.tv CLEARMSG #${channel} :gone`,
    ]);
  }

  timeout(channel: string, login: string, seconds: number | null, at = Date.now()): void {
    const duration = seconds === null ? '' : `ban-duration=${seconds};`;
    this.send(channel, [
      `@${duration}room-id=${idOf(channel)};target-user-id=${idOf(login)};tmi-sent-ts=${at} :tmi.twitch.tv CLEARCHAT #${channel} :${login}`,
    ]);
  }

  clear(channel: string, at = Date.now()): void {
    this.send(channel, [`@room-id=${idOf(channel)};tmi-sent-ts=${at} :tmi.twitch.tv CLEARCHAT #${channel}`]);
  }

  /**
   * Pings every client and waits for all answers: everything sent before has then been processed. It pings twice, since
   * a client may answer while it still processes lines that came with the ping.
   */
  async ping(): Promise<void> {
    await this.#ask();
    await this.#ask();
  }

  async #ask(): Promise<void> {
    const text = `barrier-${++this.#pings}`;
    const asked = [...this.#clients]
      .filter(({ registered }) => registered)
      .map(
        (client) =>
          new Promise<void>((done) => {
            client.pongs.set(text, done);
            client.socket.once('close', () => done());
            client.socket.send(`PING :${text}\r\n`);
          }),
      );
    await Promise.all(asked);
  }

  /** Tells every client to reconnect: this connection ends after a while. */
  reconnect(afterMs = 30_000): void {
    for (const { socket } of this.#clients) {
      socket.send(':tmi.twitch.tv RECONNECT\r\n');
      setTimeout(() => socket.terminate(), afterMs).unref();
    }
  }

  /** Ends every connection without a close frame; new ones are accepted. */
  drop(): void {
    for (const { socket } of this.#clients) socket.terminate();
  }

  #welcome(socket: WebSocket): void {
    this.opened++;
    const client: Client = {
      socket,
      nick: '*',
      registered: false,
      channels: new Set(),
      joins: [],
      pongs: new Map(),
    };
    this.#clients.add(client);
    socket.on('close', () => this.#clients.delete(client));
    socket.on('error', () => {});
    socket.on('message', (data) => {
      for (const line of String(data).split('\r\n')) if (line !== '') this.#take(client, line);
    });
  }

  #take(client: Client, line: string): void {
    this.received.push(line);
    const tell = (...lines: readonly string[]) =>
      client.socket.send(lines.map((one) => `${one}\r\n`).join(''));
    const [command, ...words] = line.split(' ');
    const last = words.at(-1) ?? '';
    if (command === 'CAP') {
      const caps = 'twitch.tv/commands twitch.tv/membership twitch.tv/tags';
      if (words[0] === 'LS') tell(`:tmi.twitch.tv CAP * LS :${caps}`);
      if (words[0] === 'REQ')
        tell(`:tmi.twitch.tv CAP * ACK :${line.slice(line.indexOf('REQ') + 4).replace(/^:/, '')}`);
    } else if (command === 'NICK') {
      client.nick = last;
      this.#register(client, tell);
    } else if (command === 'PING') tell(`:tmi.twitch.tv PONG tmi.twitch.tv ${last}`);
    else if (command === 'PONG') {
      const text = last.replace(/^:/, '');
      client.pongs.get(text)?.();
      client.pongs.delete(text);
    } else if (command === 'JOIN') {
      for (const channel of last.split(',')) this.#join(client, channel.replace(/^#/, ''), tell);
    } else if (command === 'PART') {
      client.channels.delete(last.replace(/^#/, ''));
      tell(`:${client.nick}!${client.nick}@${client.nick}.tmi.twitch.tv PART ${last}`);
    }
  }

  #register(client: Client, tell: (...lines: readonly string[]) => void): void {
    client.registered = true;
    const { nick } = client;
    // Several lines in one frame, as Twitch sends them.
    tell(
      `:tmi.twitch.tv 001 ${nick} :Welcome, GLHF!`,
      `:tmi.twitch.tv 002 ${nick} :Your host is tmi.twitch.tv`,
      `:tmi.twitch.tv 003 ${nick} :This server is rather new`,
      `:tmi.twitch.tv 004 ${nick} :-`,
      `:tmi.twitch.tv 375 ${nick} :-`,
      `:tmi.twitch.tv 372 ${nick} :You are in a maze of twisty passages, all alike.`,
      `:tmi.twitch.tv 376 ${nick} :>`,
    );
  }

  #join(client: Client, channel: string, tell: (...lines: readonly string[]) => void): void {
    if (!client.registered) return;
    const now = Date.now();
    client.joins = client.joins.filter((at) => at > now - 10_000);
    if (client.joins.length >= this.#joinsIn10s) return;
    client.joins.push(now);
    if (this.silent.has(channel)) return;
    if (this.suspended.has(channel)) {
      tell(
        `@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #${channel} :This channel does not exist or has been suspended.`,
      );
      return;
    }
    client.channels.add(channel);
    const { nick } = client;
    tell(
      `:${nick}!${nick}@${nick}.tmi.twitch.tv JOIN #${channel}`,
      `:${nick}.tmi.twitch.tv 353 ${nick} = #${channel} :${nick}`,
      `:${nick}.tmi.twitch.tv 366 ${nick} #${channel} :End of /NAMES list`,
      `@emote-only=0;followers-only=-1;r9k=0;room-id=${idOf(channel)};slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE #${channel}`,
    );
  }
}

/** The same number for the same name, like Twitch's ids. */
export function idOf(name: string): string {
  let sum = 7;
  for (const char of name) sum = (sum * 31 + char.charCodeAt(0)) % 900_000_007;
  return String(sum);
}
