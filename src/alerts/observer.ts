import type { DeliveryMethod, AlertKind } from '../shared/alert.ts';

/** Called with what alerts do, to count it. */
export type AlertObserver = {
  fired(kind: AlertKind): void;
  /** Called when an attempt of a delivery has ended. */
  attempted(attempt: {
    readonly method: DeliveryMethod;
    readonly outcome: 'delivered' | 'failed' | 'gone';
  }): void;
};

/** Counts nothing. */
export const noAlertObserver: AlertObserver = { fired() {}, attempted() {} };
