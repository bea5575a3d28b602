import { minuteMs } from '../../shared/instant.ts';

/** Counts requests over a sliding minute, as the service does. */
type Minute = {
  /** Until when no more than `requests` further ones are allowed, ms since 1970; null when they are. */
  limitedUntil(requests: number): number | null;
  /** Takes note of one that is sent now. */
  count(): void;
  /** The service itself said that it was too many. */
  refuseUntil(at: number): void;
};

/** A count that allows `limit` requests in any minute. */
export function createMinute(limit: number, now: () => number): Minute {
  let sent: number[] = [];
  let refusedUntil = 0;
  return {
    limitedUntil(requests) {
      const from = now() - minuteMs;
      sent = sent.filter((at) => at > from);
      // Once this one is a minute old, there is room for all of them.
      const last = sent[sent.length + Math.min(requests, limit) - limit - 1];
      const until = Math.max(refusedUntil, last === undefined ? 0 : last + minuteMs);
      return until > now() ? until : null;
    },
    count() {
      sent.push(now());
    },
    refuseUntil(at) {
      refusedUntil = Math.max(refusedUntil, at);
    },
  };
}
