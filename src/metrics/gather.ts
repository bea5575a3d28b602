import { z } from 'zod';
import type { Families } from './families.ts';

/** The channel between two of our processes: a forked child, or `process` in the child. */
type Channel = {
  send?(message: object, sent: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
};

const requestMessage = z.object({ metrics: z.literal('request'), id: z.number() });
const responseMessage = z.object({
  metrics: z.literal('response'),
  id: z.number(),
  families: z.custom<Families>(Array.isArray),
});

let lastId = 0;

/** Requests the metrics of another process; none when it is gone, or does not answer in time. Never rejects. */
export function askMetrics(channel: Channel, patienceMs = 1_000): Promise<Families> {
  return new Promise((resolve) => {
    lastId += 1;
    const id = lastId;
    const end = (families: Families) => {
      clearTimeout(late);
      channel.off('message', onMessage);
      resolve(families);
    };
    const onMessage = (message: unknown) => {
      const { success, data } = responseMessage.safeParse(message);
      if (success && data.id === id) end(data.families);
    };
    const late = setTimeout(() => end([]), patienceMs);
    channel.on('message', onMessage);
    if (channel.send === undefined) end([]);
    else channel.send({ metrics: 'request', id }, (error) => error !== null && end([]));
  });
}

/** Answers the `askMetrics` of another process. */
export function answerMetrics(channel: Channel, families: () => Promise<Families>): void {
  channel.on('message', (message) => {
    const { success, data } = requestMessage.safeParse(message);
    if (!success) return;
    const respond = (families: Families) =>
      channel.send?.({ metrics: 'response', id: data.id, families }, () => {}); // the other process may be gone
    families().then(respond, () => respond([]));
  });
}
