import type { IncomingMessage } from 'node:http';
import { HttpError } from './errors.ts';

type Watched = {
  readonly fail: (error: HttpError) => void;
  /** Milliseconds since the watch began, and since the last data. */
  ageMs: number;
  idleMs: number;
  bytesRead: number;
};

type WatchLimits = { readonly idleMs: number; readonly bodyMs: number };

/** Watches bodies that are being read. */
export type BodyWatch = {
  /** Calls `fail` when the client sends nothing for a while, or when the body takes too long in total. */
  begin(req: IncomingMessage, fail: (error: HttpError) => void): void;
  end(req: IncomingMessage): void;
};

/**
 * One timer serves all bodies: nearly all arrive together with their heads, and a timer for each would cost more than
 * reading it. Limits are precise to a quarter of the shorter one, or to 5 seconds.
 */
export function createBodyWatch({ idleMs, bodyMs }: WatchLimits): BodyWatch {
  const everyMs = Math.min(Math.max(Math.min(idleMs, bodyMs) / 4, 10), 5_000);
  const watched = new Map<IncomingMessage, Watched>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    if (watched.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    for (const [req, state] of watched) {
      const came = req.socket.bytesRead > state.bytesRead;
      state.bytesRead = req.socket.bytesRead;
      state.ageMs += everyMs;
      state.idleMs = came ? 0 : state.idleMs + everyMs;
      if (state.idleMs >= idleMs) {
        state.fail(new HttpError(408, 'TIMEOUT', `Nothing was sent for ${idleMs / 1000} s`));
      } else if (state.ageMs >= bodyMs) {
        const message = `The body took longer than the ${bodyMs / 1000} s allowed`;
        state.fail(new HttpError(408, 'TIMEOUT', message));
      }
    }
  };

  return {
    begin(req, fail) {
      // The first check comes after less than one step.
      watched.set(req, { fail, ageMs: -everyMs, idleMs: -everyMs, bytesRead: req.socket.bytesRead });
      timer ??= setInterval(look, everyMs).unref();
    },
    end: (req) => void watched.delete(req),
  };
}
