import type { Tracer } from '../shared/tracer.ts';

export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Which spans to send, and where. */
export type TracingSettings = {
  /** The base URL of a collector that accepts OTLP over HTTP. */
  readonly endpoint: string;
  /** Headers of each request; values may be secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** The sampler, by its name in OTEL_TRACES_SAMPLER of OpenTelemetry's specification. */
  readonly sampler: (typeof samplers)[number];
  /** The share of traces that a `traceidratio` sampler takes, 0 to 1. */
  readonly ratio: number;
};

export type Tracing = {
  readonly tracer: Tracer;
  /** Sends the remaining spans within at most 2 seconds. Never rejects. */
  close(): Promise<void>;
};
