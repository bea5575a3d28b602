import { createRequire } from 'node:module';
import type * as Twurple from '@twurple/chat';
import { routeOf } from './route.ts';

/** Loaded with the first connection: most job processes make none, and its 200 modules take a tenth of their start. */
const require = createRequire(import.meta.url);
function twurple(): typeof Twurple {
  // Its limiter of joins takes no option for this, and prints a coloured line for each channel that waits.
  // biome-ignore lint/style/noProcessEnv: the library reads its log level from here when it is loaded
  process.env.LOGGING ??= 'default=critical';
  return require('@twurple/chat'); // safe: it is what `require` finds by that name
}

/** Told what comes over the connections. */
export type ChatListener = {
  /** A line about a channel, as it came: a message, a deletion, a notice. */
  line(channel: string, line: string): void;
  /** The channel is heard from now on. `channelId`: Twitch's id of it, where it was told. */
  joined(channel: string, channelId: string | null): void;
  /** Twitch did not let it in; it is tried again later. */
  refused(channel: string, reason: string): void;
  /** The connection was lost: these channels are not heard until they are `joined` again. */
  lost(channels: readonly string[]): void;
};

type SocketOptions = {
  readonly url: string;
  readonly listener: ChatListener;
  /** Told when Twitch wants the connection to be made anew. */
  readonly onReconnect: (socket: IrcSocket) => void;
};

/** The commands of lines that are kept beside messages. */
const kept = new Set(['USERNOTICE', 'CLEARCHAT', 'CLEARMSG']);

/** One anonymous connection to Twitch's chat, with the channels that are heard over it. Made anew by itself when it is lost. */
export class IrcSocket {
  readonly channels = new Set<string>();
  readonly #joined = new Set<string>();
  readonly #client: Twurple.ChatClient;
  #registered = false;
  #closed = false;

  constructor({ url, listener, onReconnect }: SocketOptions) {
    this.#client = new (twurple().ChatClient)({
      ...placeOf(url),
      channels: () => [...this.channels],
      logger: { minLevel: 'critical' },
    });
    const { irc } = this.#client;
    const read = irc.receiveLine.bind(irc);
    // Nobody needs a message as twurple reads it: that took 25 of 34 µs that a message took to be heard.
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
      else if (kept.has(command)) listener.line(channel, rawLine);
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

  /** Whether every channel is heard. */
  get isComplete(): boolean {
    return this.#joined.size === this.channels.size;
  }

  /** Whether the connection is there, or being made. */
  get isAlive(): boolean {
    return this.#client.isConnected || this.#client.isConnecting;
  }

  isJoined(channel: string): boolean {
    return this.#joined.has(channel);
  }

  /** Joins a channel, or tries again. One that is added before the login is joined with it. */
  join(channel: string): void {
    this.channels.add(channel);
    // What fails is told by onJoinFailure.
    if (this.#registered) this.#client.join(channel).catch(() => {});
  }

  part(channel: string): void {
    this.channels.delete(channel);
    this.#joined.delete(channel);
    if (this.#registered) this.#client.part(channel);
  }

  /** Ends the connection. The listener hears nothing of it afterwards. */
  close(): void {
    this.#closed = true;
    this.#client.quit();
  }
}

/** twurple takes a host and adds the scheme's own port to it: of any other address a slash makes that a part of the path. */
function placeOf(url: string): { readonly hostName: string; readonly ssl: boolean } {
  const { protocol, host, port, pathname } = new URL(url);
  const isPlain = port === '' && pathname === '/';
  return {
    ssl: protocol === 'wss:',
    hostName: isPlain ? host : `${host}${pathname.endsWith('/') ? pathname : `${pathname}/`}`,
  };
}
