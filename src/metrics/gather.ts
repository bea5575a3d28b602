import { z } from 'zod';
import type { Families } from './families.ts';

/** How two processes of ours reach each other: a child that was forked, or `process` in one. */
type Channel = {
  send?(message: object, sent: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
};

const asking = z.object({ metrics: z.literal('asked'), id: z.number() });
const telling = z.object({
  metrics: z.literal('told'),
  id: z.number(),
  families: z.custom<Families>(Array.isArray),
});

let lastId = 0;

/** The metrics of another process; none when it is gone, or does not answer in time. Never rejects. */
export function askMetrics(channel: Channel, patienceMs = 1_000): Promise<Families> {
  return new Promise((resolve) => {
    lastId += 1;
    const id = lastId;
    const end = (families: Families) => {
      clearTimeout(late);
      channel.off('message', hear);
      resolve(families);
    };
    const hear = (message: unknown) => {
      const { success, data } = telling.safeParse(message);
      if (success && data.id === id) end(data.families);
    };
    const late = setTimeout(() => end([]), patienceMs);
    channel.on('message', hear);
    if (channel.send === undefined) end([]);
    else channel.send({ metrics: 'asked', id }, (error) => error !== null && end([]));
  });
}

/** Tells a process that asks by `askMetrics` what there is. */
export function reportMetrics(channel: Channel, families: () => Promise<Families>): void {
  channel.on('message', (message) => {
    const { success, data } = asking.safeParse(message);
    if (!success) return;
    const report = (told: Families) =>
      channel.send?.({ metrics: 'told', id: data.id, families: told }, () => {}); // whoever asked may be gone
    families().then(report, () => report([]));
  });
}
