import { createRequire } from 'node:module';
import type * as Twurple from '@twurple/chat';
import { routeOf } from './route.ts';

/**
 * twurple is loaded with the first connection: most job processes open none, and its 200 modules take a tenth of their
 * start.
 */
const require = createRequire(import.meta.url);
function twurple(): typeof Twurple {
  // Its limiter of joins takes no option for this, and prints a coloured line for each channel that waits.
  // biome-ignore lint/style/noProcessEnv: the library reads its log level from here when it is loaded
  process.env.LOGGING ??= 'default=critical';
  return require('@twurple/chat'); // safe: it is what `require` finds by that name
}

/** Receives what arrives over the connections. */
export type ChatListener = {
  /** Called with each raw line about a channel: a message, a deletion or a notice. */
  line(channel: string, line: string): void;
  /**
   * Called when a channel's messages start to arrive. `channelId` is its Twitch id; null when Twitch did not send it.
   */
  joined(channel: string, channelId: string | null): void;
  /** Called when Twitch refuses a join; it is tried again later. */
  refused(channel: string, reason: string): void;
  /** Called when the connection is lost: messages of these channels are missed until they are `joined` again. */
  lost(channels: readonly string[]): void;
};

type SocketOptions = {
  readonly url: string;
  readonly listener: ChatListener;
  /** Called when Twitch asks to reconnect. */
  readonly onReconnect: (socket: IrcSocket) => void;
};

/** The commands that are passed on in addition to messages. */
const passedOn = new Set(['USERNOTICE', 'CLEARCHAT', 'CLEARMSG']);

/** One anonymous connection to Twitch's chat, with its channels. Reconnects by itself. */
export class IrcSocket {
  readonly channels = new Set<string>();
  readonly #joined = new Set<string>();
  readonly #client: Twurple.ChatClient;
  #registered = false;
  #closed = false;

  constructor({ url, listener, onReconnect }: SocketOptions) {
    this.#client = new (twurple().ChatClient)({
      ...hostOf(url),
      channels: () => [...this.channels],
      logger: { minLevel: 'critical' },
    });
    const { irc } = this.#client;
    const read = irc.receiveLine.bind(irc);
    // Bypass twurple's parser for messages: nobody uses its result, and it took 25 of the 34 µs that a message took.
    irc.receiveLine = (line) => {
      const { command, channel } = routeOf(line);
      if (command !== 'PRIVMSG') read(line);
      else if (!this.#closed && channel !== null && this.channels.has(channel)) listener.line(channel, line);
    };
    irc.onAnyMessage(({ rawLine }) => {
      if (rawLine === undefined || this.#closed) return;
      const { command, channel } = routeOf(rawLine);
      if (command === 'RECONNECT') onReconnect(this);
      else if (channel === null || !this.channels.has(channel)) return;
      else if (passedOn.has(command)) listener.line(channel, rawLine);
      else if (command === 'ROOMSTATE' && !this.#joined.has(channel)) {
        this.#joined.add(channel);
        listener.joined(channel, /(?:^@|;)room-id=(\d{1,20})/.exec(rawLine)?.[1] ?? null);
      }
    });
    irc.onRegister(() => {
      this.#registered = true;
    });
    irc.onDisconnect(() => {
      this.#registered = false;
      const lost = [...this.#joined];
      this.#joined.clear();
      if (!this.#closed && lost.length > 0) listener.lost(lost);
    });
    this.#client.onJoinFailure((channel, reason) => {
      const name = channel.replace(/^#/, '').toLowerCase();
      if (!this.#closed && this.channels.has(name) && !this.#joined.has(name)) listener.refused(name, reason);
    });
    this.#client.connect();
  }

  /** Whether all channels are joined. */
  get isComplete(): boolean {
    return this.#joined.size === this.channels.size;
  }

  /** Whether it is connected or connecting. */
  get isAlive(): boolean {
    return this.#client.isConnected || this.#client.isConnecting;
  }

  isJoined(channel: string): boolean {
    return this.#joined.has(channel);
  }

  /** Joins a channel, or tries again. A channel that is added before the login is joined with it. */
  join(channel: string): void {
    this.channels.add(channel);
    // onJoinFailure reports failures.
    if (this.#registered) this.#client.join(channel).catch(() => {});
  }

  part(channel: string): void {
    this.channels.delete(channel);
    this.#joined.delete(channel);
    if (this.#registered) this.#client.part(channel);
  }

  /** Ends the connection without calling the listener. */
  close(): void {
    this.#closed = true;
    this.#client.quit();
  }
}

/**
 * twurple takes a host name and appends the scheme's default port. For any other URL, a slash at the end turns that
 * port into a part of the path.
 */
function hostOf(url: string): { readonly hostName: string; readonly ssl: boolean } {
  const { protocol, host, port, pathname } = new URL(url);
  const isPlain = port === '' && pathname === '/';
  return {
    ssl: protocol === 'wss:',
    hostName: isPlain ? host : `${host}${pathname.endsWith('/') ? pathname : `${pathname}/`}`,
  };
}
