import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { openClient } from './open-client.ts';

type ListenOptions = {
  readonly onMessage: (payload: string) => void;
  /** The connection is lost: from now on messages are missed. */
  readonly onLost?: () => void;
  /** The connection is back: messages in between are lost. */
  readonly onBack: () => void;
  readonly log: Logger;
  /** How often the connection is checked; without a reply until the next check it counts as lost. */
  readonly checkEveryMs?: number;
};

type Listener = { close(): Promise<void> };

/** A network may drop a connection without a notice. */
const defaultCheckEveryMs = 10_000;
const maxPauseMs = 5_000;

/**
 * Listens to a channel of NOTIFY on its own connection, and reconnects for ever. Resolves when it listens.
 * (postgres.js' own `listen` tries to reconnect only once.)
 */
export async function listen(url: string, channel: string, options: ListenOptions): Promise<Listener> {
  const closing = new AbortController();
  let connection = await connect(url, channel, options, closing.signal);
  const watching = watch();

  async function watch(): Promise<void> {
    for (;;) {
      await connection.lost;
      if (!closing.signal.aborted) options.onLost?.();
      await connection.close();
      if (closing.signal.aborted) return;
      options.log.warn('the connection that receives changes was lost; reconnecting');
      const next = await connectAgain();
      if (next === null) return;
      connection = next;
      options.onBack();
    }
  }

  async function connectAgain(): Promise<Connection | null> {
    for (let pauseMs = 50; !closing.signal.aborted; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      try {
        return await connect(url, channel, options, closing.signal);
      } catch (err) {
        if (closing.signal.aborted) return null;
        options.log.warn({ err }, 'cannot receive changes yet');
        await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
    return null;
  }

  return {
    close: async () => {
      closing.abort();
      await connection.close();
      await watching;
    },
  };
}

type Connection = { readonly lost: Promise<void>; close(): Promise<void> };

async function connect(
  url: string,
  channel: string,
  { onMessage, checkEveryMs = defaultCheckEveryMs }: ListenOptions,
  closing: AbortSignal,
): Promise<Connection> {
  let lose = () => {};
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  // Untyped, as `socket` is, but what postgres.js' own `listen` uses.
  const hearing = { onnotify: (_channel: string, payload: string) => onMessage(payload) } as object;
  const client = openClient(url, {
    purpose: 'waiting',
    applicationName: 'larkstat listener',
    ...hearing,
    max: 1,
    max_lifetime: null,
    fetch_types: false,
    onclose: () => lose(),
  });
  const close = async () => {
    clearInterval(asking);
    closing.removeEventListener('abort', lose);
    lose();
    await client.end({ timeout: 1 });
  };
  let answered = true;
  const asking = setInterval(() => {
    if (!answered) return lose();
    answered = false;
    client`select 1`.then(() => {
      answered = true;
    }, lose);
  }, checkEveryMs);
  asking.unref();
  closing.addEventListener('abort', lose, { once: true });
  try {
    // A network may drop this without a notice, too.
    await Promise.race([client`listen ${client(channel)}`, lost.then(fail)]);
  } catch (error) {
    await close();
    throw error;
  }
  return { lost, close };
}

function fail(): never {
  const error = new Error('The connection that receives changes was lost');
  throw Object.assign(error, { code: 'CONNECTION_LOST' });
}
