import { WebSocket } from 'ws';
import { type Frame, parseFrame } from './frame.ts';

/** Receives what arrives over one connection. */
export type ConnectionListener = {
  /** Called with each frame except keepalives. */
  frame(connection: EventSubConnection, frame: Exclude<Frame, { kind: 'keepalive' }>): void;
  /**
   * Called when the connection has ended or gone silent; nothing arrives over it any more. Not called after `close`.
   */
  lost(connection: EventSubConnection): void;
};

/** Longest frame that is read, in bytes; recorded ones have 2,000. */
const frameBytesMax = 1_000_000;
/** Time limit until the welcome. */
const welcomeMs = 10_000;
/** Waits this many times longer for a keepalive than Twitch promises. */
const patience = 1.2;

/** One WebSocket to EventSub. It counts as lost when it is silent for longer than Twitch promises. */
export class EventSubConnection {
  readonly #socket: WebSocket;
  readonly #listener: ConnectionListener;
  #silence: NodeJS.Timeout;
  #ended = false;

  constructor(url: string, listener: ConnectionListener) {
    this.#listener = listener;
    this.#silence = setTimeout(() => this.#lose(), welcomeMs);
    this.#socket = new WebSocket(url, {
      maxPayload: frameBytesMax,
      handshakeTimeout: welcomeMs,
      perMessageDeflate: false,
    });
    this.#socket.on('message', (data) => this.#read(String(data)));
    this.#socket.on('ping', () => this.#silence.refresh());
    this.#socket.on('close', () => this.#lose());
    // A `close` event follows each error.
    this.#socket.on('error', () => {});
  }

  /** Ends the connection without calling the listener. */
  close(): void {
    this.#ended = true;
    clearTimeout(this.#silence);
    this.#socket.terminate();
  }

  #read(data: string): void {
    if (this.#ended) return;
    this.#silence.refresh();
    const frame = parseFrame(data);
    if (frame === null || frame.kind === 'keepalive') return;
    if (frame.kind === 'welcome') {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => this.#lose(), frame.keepaliveSeconds * 1_000 * patience);
    }
    this.#listener.frame(this, frame);
  }

  #lose(): void {
    if (this.#ended) return;
    this.close();
    this.#listener.lost(this);
  }
}
