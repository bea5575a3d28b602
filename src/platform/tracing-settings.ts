import type { Tracer } from '../shared/tracer.ts';

export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Where spans go, and which. */
export type TracingSettings = {
  /** The base URL of a collector that takes OTLP over HTTP. */
  readonly endpoint: string;
  /** Sent along; values may be secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** As OTEL_TRACES_SAMPLER of OpenTelemetry's specification names them. */
  readonly sampler: (typeof samplers)[number];
  /** The part of all traces that a `traceidratio` takes, 0 to 1. */
  readonly ratio: number;
};

export type Tracing = {
  readonly tracer: Tracer;
  /** Sends what was not sent yet, for 2 seconds at most. Never rejects. */
  close(): Promise<void>;
};
