import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';

/** Responses that stay open: subscriptions over server-sent events. */
export type ServerSentEvents = {
  /** Takes over a response that stays open; ignores others. It ends when the key of its caller ends. */
  keep(res: ServerResponse, caller: Caller): void;
  /** Returns how many are open. */
  count(): number;
  /**
   * Ends all of them, and those that begin later, without the `complete` event: clients then reconnect, on another
   * connection.
   */
  end(): void;
};

/**
 * Nothing is written while a socket is full, so each response holds a bounded amount. A client that reads nothing for
 * `stallMs` while data waits is dropped, since it may never come back.
 */
export function createServerSentEvents(options: {
  readonly stallMs: number;
  readonly access: Access;
  readonly log: Logger;
}): ServerSentEvents {
  const { stallMs, access, log } = options;
  const open = new Map<ServerResponse, { stalled: boolean }>();
  let watch: NodeJS.Timeout | undefined;
  let ended = false;
  const look = () => {
    for (const [res, state] of open) {
      if (state.stalled && res.writableNeedDrain) {
        log.warn({ bytes: res.writableLength }, `a subscriber read nothing for ${stallMs / 1000} s: dropped`);
        res.destroy();
      }
      state.stalled = res.writableNeedDrain;
    }
  };
  return {
    count: () => open.size,
    keep(res, caller) {
      if (!String(res.getHeader('content-type')).startsWith('text/event-stream') || res.closed) return;
      if (ended) return endOne(res);
      const state = { stalled: false };
      const endWatch = access.onEnd(caller, () => res.end());
      open.set(res, state);
      res.on('drain', () => {
        state.stalled = false;
      });
      res.once('close', () => {
        endWatch();
        open.delete(res);
        if (open.size > 0) return;
        clearInterval(watch);
        watch = undefined;
      });
      watch ??= setInterval(look, stallMs).unref();
    },
    end() {
      ended = true;
      for (const res of open.keys()) endOne(res);
    },
  };
}

/** How long a client may take to read the rest. */
const partingMs = 1_000;

/** Ends a response with its connection: otherwise the client would use it to reconnect to the stopping server. */
function endOne(res: ServerResponse): void {
  const { socket } = res;
  const late = setTimeout(() => res.destroy(), partingMs);
  res.once('close', () => clearTimeout(late));
  res.end(() => socket?.destroySoon());
}
