import { z } from 'zod';
import { samplers, type TracingSettings } from '../platform/tracing-settings.ts';
import { baseUrl, readBy, type Values, word } from './variables.ts';

const ratio = 'a number from 0 to 1';

/** Where spans are sent, and which: the names and meanings of OpenTelemetry's specification. */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl('http://localhost:4318').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: readBy(
    parseHeaders,
    'name=value pairs with commas between, values percent-encoded',
  ).optional(),
  OTEL_TRACES_SAMPLER: word(samplers).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number(ratio).min(0, ratio).max(1, ratio).default(1),
};

export type TracingConfig = {
  /** Null: no spans are recorded. */
  readonly tracing: TracingSettings | null;
};

export function tracingConfig(values: Values<typeof tracingVariables>): TracingConfig {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = {} } = values;
  if (endpoint === undefined) return { tracing: null };
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio } = values;
  return { tracing: { endpoint, headers, sampler, ratio } };
}

/** Reads the headers of `a=b,c=d`; null when malformed. */
function parseHeaders(text: string): Readonly<Record<string, string>> | null {
  const pairs = text
    .split(',')
    .map((pair) => /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*([\x21-\x7e]+)\s*$/.exec(pair));
  try {
    return Object.fromEntries(
      pairs.map((pair) => {
        const [, name = '', value = ''] = pair ?? [];
        if (name === '') throw new Error('malformed');
        return [name, decodeURIComponent(value)];
      }),
    );
  } catch {
    return null;
  }
}
