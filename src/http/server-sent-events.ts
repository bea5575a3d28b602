import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';

/** Answers that stay open: subscriptions over server-sent events. */
export type ServerSentEvents = {
  /** Takes an answer into care, if it is one that stays open. It ends when the caller's key does. */
  keep(res: ServerResponse, caller: Caller): void;
  /** How many are open. */
  count(): number;
  /**
   * Ends all of them, and those that begin later, without the event that says that a subscription is complete: so
   * clients come back, by another connection.
   */
  end(): void;
};

/**
 * What one answer may hold is bounded by itself (nothing is written while the socket is full); a client that reads
 * nothing for `stallMs` while something waits for it is dropped, since it may never come back.
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

/** Its connection ends with it: the client would come back by it to the server that stops. */
function endOne(res: ServerResponse): void {
  const { socket } = res;
  const late = setTimeout(() => res.destroy(), partingMs);
  res.once('close', () => clearTimeout(late));
  res.end(() => socket?.destroySoon());
}
