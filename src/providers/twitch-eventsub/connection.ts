import { WebSocket } from 'ws';
import { type Frame, parseFrame } from './frame.ts';

/** Told what comes over one connection. */
export type ConnectionListener = {
  /** A frame other than a keepalive, each as it came. */
  frame(connection: EventSubConnection, frame: Exclude<Frame, { kind: 'keepalive' }>): void;
  /** The connection ended, or went silent; nothing comes over it any more. Not told after `close`. */
  lost(connection: EventSubConnection): void;
};

/** Bytes of the longest frame that is read: recorded ones have two thousand. */
const frameBytesMax = 1_000_000;
/** How long a connection may take until its welcome. */
const welcomeMs = 10_000;
/** A sign that is late is waited for so much longer than Twitch promises. */
const patience = 1.2;

/** One WebSocket to EventSub. Silence beyond what Twitch promised is a loss. */
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
    // A close follows each.
    this.#socket.on('error', () => {});
  }

  /** Ends the connection. The listener hears nothing of it afterwards. */
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
