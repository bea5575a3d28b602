import type { DeliveryMethod, AlertKind } from '../shared/alert.ts';

/** Is told what alerts do, for whoever counts it. */
export type AlertObserver = {
  fired(kind: AlertKind): void;
  /** An attempt of a delivery ended. */
  attempted(attempt: {
    readonly method: DeliveryMethod;
    readonly outcome: 'delivered' | 'failed' | 'gone';
  }): void;
};

/** Counts nothing. */
export const noAlertObserver: AlertObserver = { fired() {}, attempted() {} };
