import type { Logger } from 'pino';
import type { Carrier } from '../platform/carrier.ts';
import { listen } from './listen.ts';
import { openClient } from './open-client.ts';

/**
 * The channel of LISTEN and NOTIFY. Channels belong to a database, so deployments do not receive each other's changes.
 */
const channel = 'larkstat';
/** After this time without sending, the sending connection is closed. */
const idleSeconds = 30;
/** After this time without a reply, changes are sent on another connection. */
const silentMs = 10_000;

/** Sends payloads by Postgres' NOTIFY, each below 8,000 bytes. Connects when it first sends or listens. */
export function openNotify(url: string, log: Logger): Carrier {
  // Its own connection: a large batch may use all others for a while.
  const client = openClient(url, {
    purpose: 'working',
    applicationName: 'larkstat news',
    silentMs,
    max: 1,
    idle_timeout: idleSeconds,
    fetch_types: false,
  });
  return {
    kind: 'notify',
    send: async (_family, payloads) => {
      await client`select pg_notify(${channel}, payload) from json_array_elements_text(${JSON.stringify(payloads)}::text::json) payload`;
    },
    listen: async ({ onPayload, onAway, onBack }) => {
      let isListening = true;
      const listener = await listen(url, channel, {
        log,
        onMessage: onPayload,
        onLost: () => {
          isListening = false;
          onAway();
        },
        onBack: () => {
          isListening = true;
          onBack();
        },
      });
      return {
        isReceiving: () => isListening,
        // One connection receives all families.
        join: async () => {},
        leave: () => {},
        close: () => listener.close(),
      };
    },
    check: async () => void (await client`select 1`),
    close: () => client.end({ timeout: 1 }),
  };
}
