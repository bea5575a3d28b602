import type { DeliveryMethod } from '../../shared/alert.ts';
import type { EventFacts } from './payload.ts';

/** Where an event goes, and what proves to the receiver who sent it. */
export type Target = { readonly address: string; readonly secret: string };

/** How an attempt ended. */
export type Attempt = {
  /** `gone`: the receiver wants no more events, ever. */
  readonly outcome: 'delivered' | 'failed' | 'gone';
  /** What the receiver answered; null: nothing. */
  readonly status: number | null;
  /** Why it failed, without anything secret of the address; null when it did not. */
  readonly error: string | null;
};

/**
 * A way to tell of events. It is given one at a time, again after each failure, and perhaps twice after a crash: the
 * receiver has to be able to tell by the event's id. It never throws, and ends by itself within a minute.
 */
export type Courier = {
  readonly method: DeliveryMethod;
  send(event: EventFacts, target: Target): Promise<Attempt>;
};
