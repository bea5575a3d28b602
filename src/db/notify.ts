import type { Logger } from 'pino';
import type { Carrier } from '../platform/carrier.ts';
import { listen } from './listen.ts';
import { openClient } from './open-client.ts';

/** The channel of LISTEN and NOTIFY. Channels belong to a database, so deployments do not hear each other. */
const channel = 'larkstat';
/** The connection that sends is closed when nothing was sent for so long. */
const idleSeconds = 30;
/** News that nobody takes for so long goes out on another connection. */
const silentMs = 10_000;

/** Carries payloads by Postgres' NOTIFY, each below 8,000 bytes. Connects when something is sent or heard. */
export function openNotify(url: string, log: Logger): Carrier {
  // Of its own: those that work may all be busy for as long as a large batch takes.
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
      let hears = true;
      const listener = await listen(url, channel, {
        log,
        onMessage: onPayload,
        onLost: () => {
          hears = false;
          onAway();
        },
        onBack: () => {
          hears = true;
          onBack();
        },
      });
      return {
        isHearing: () => hears,
        // One connection hears all families.
        join: async () => {},
        leave: () => {},
        close: () => listener.close(),
      };
    },
    check: async () => void (await client`select 1`),
    close: () => client.end({ timeout: 1 }),
  };
}
