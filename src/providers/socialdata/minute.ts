import { minuteMs } from '../../shared/instant.ts';

/** Counts requests over a sliding minute, as the service does. */
type Minute = {
  /** When `requests` further requests are allowed, in ms since 1970; null when they are allowed now. */
  limitedUntil(requests: number): number | null;
  /** Counts a request that is sent now. */
  count(): void;
  /** Records that the service refused a request until `at`. */
  refuseUntil(at: number): void;
};

/** Creates a counter that allows `limit` requests in any minute. */
export function createMinute(limit: number, now: () => number): Minute {
  let sent: number[] = [];
  let refusedUntil = 0;
  return {
    limitedUntil(requests) {
      const from = now() - minuteMs;
      sent = sent.filter((at) => at > from);
      // When this request is a minute old, there is room for all of them.
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
