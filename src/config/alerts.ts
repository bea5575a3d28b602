import type { AlertRules } from '../alerts/create.ts';
import { number, type Values, word } from './variables.ts';

/** The number of alerts, and the addresses that webhooks may have. */
export const alertVariables = {
  ALERTS_MAX: number(200, 0, 10_000),
  WEBHOOK_HTTP: word(['refuse', 'allow']).default('refuse'),
  WEBHOOK_PRIVATE: word(['refuse', 'allow']).default('refuse'),
};

export type AlertConfig = { readonly alerts: AlertRules };

export const alertConfig = (values: Values<typeof alertVariables>): AlertConfig => ({
  alerts: {
    max: values.ALERTS_MAX,
    webhooks: { http: values.WEBHOOK_HTTP === 'allow', private: values.WEBHOOK_PRIVATE === 'allow' },
  },
});
