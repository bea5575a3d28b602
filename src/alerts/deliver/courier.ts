import type { DeliveryMethod } from '../../shared/alert.ts';
import type { EventFacts } from './payload.ts';

/** Where to send an event, and the secret that proves the sender. */
export type Target = { readonly address: string; readonly secret: string };

/** How an attempt ended. */
export type Attempt = {
  /** `gone`: the receiver refuses all further events. */
  readonly outcome: 'delivered' | 'failed' | 'gone';
  /** The receiver's status; null without an answer. */
  readonly status: number | null;
  /** Why it failed, without secrets of the address; null when it succeeded. */
  readonly error: string | null;
};

/**
 * A way to deliver events. Events are sent one at a time, again after each failure, and perhaps twice after a crash:
 * receivers recognise a repetition by the event's id. `send` never throws, and ends within a minute.
 */
export type Courier = {
  readonly method: DeliveryMethod;
  send(event: EventFacts, target: Target): Promise<Attempt>;
};
