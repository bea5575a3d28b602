import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterwards } from './afterwards.ts';

/** A subscriber by server-sent events that reconnects whenever the connection ends, as browsers do. */
export type Subscriber = {
  /** The received versions, in order. */
  readonly versions: readonly number[];
  /** Errors received in events. */
  readonly errors: readonly string[];
  /** How often it was connected. */
  readonly connected: number;
  /** Stops reading, but keeps its connection. */
  pause(): void;
  stop(): void;
};

const comeBackMs = 100;

/** Follows the stream's versions at the address until it is stopped. */
export function subscribe(url: string, streamId: string): Subscriber {
  const versions: number[] = [];
  const errors: string[] = [];
  const stopped = new AbortController();
  let connected = 0;
  let pausing = false;
  let under: ClientRequest | undefined;
  const query = `subscription { streamUpdated(id: "${streamId}") { freshness { version } } }`;
  const read = (event: string) => {
    const version = /"version":(\d+)/.exec(event)?.[1];
    if (version !== undefined) versions.push(Number(version));
    else if (event.includes('"errors"')) errors.push(event);
  };
  const once = () =>
    new Promise<void>((ended) => {
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
      const req = request(url, { method: 'POST', headers, agent: false }, (res) => {
        // A busy server may ask the subscriber to come later.
        if (res.statusCode === 200) connected += 1;
        let rest = '';
        res.setEncoding('utf8');
        res.on('data', (part: string) => {
          const events = `${rest}${part}`.split('\n\n');
          rest = events.pop() ?? '';
          for (const event of events) read(event);
        });
        if (pausing) res.pause();
        res.on('error', () => {});
        res.once('close', ended);
      });
      under = req;
      req.on('error', () => {});
      req.once('close', ended);
      req.end(JSON.stringify({ query }));
    });
  void (async () => {
    while (!stopped.signal.aborted) {
      await once();
      await sleep(comeBackMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  })();
  const stop = () => {
    stopped.abort();
    under?.destroy();
  };
  return {
    versions,
    errors,
    get connected() {
      return connected;
    },
    pause: () => {
      pausing = true;
      under?.socket?.pause();
    },
    stop,
  };
}

/** Starts this many subscribers; they leave after the test. */
export function subscribeMany(count: number, url: string, streamId: string): readonly Subscriber[] {
  const all = Array.from({ length: count }, () => subscribe(url, streamId));
  afterwards(() => {
    for (const subscriber of all) subscriber.stop();
  });
  return all;
}
