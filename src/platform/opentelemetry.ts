import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span as OpenSpan,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { Span, SpanBegin, Tracer } from '../shared/tracer.ts';
import { version } from '../version.ts';
import { currentSpan } from './current-span.ts';
import type { Tracing, TracingSettings } from './tracing-settings.ts';

// The only file that imports OpenTelemetry; tracing.ts imports it on demand.

/**
 * Most spans that wait to be sent; further ones are dropped. With texts of 1,000 characters these take a few megabytes.
 */
const queueSize = 2_048;
const batchSize = 512;
/** Time limit of a batch, including retries; closing takes at most as long. */
const sendMs = 2_000;
const textLength = 1_000;
const warnEveryMs = 60_000;

/** Starts to send spans to a collector. When it is away or slow, spans are dropped and nothing is delayed. */
export function startTracing(settings: TracingSettings, log: Logger): Tracing {
  diag.setLogger(warnings(log), { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  const exporter = new OTLPTraceExporter({
    url: `${settings.endpoint}/v1/traces`,
    headers: { ...settings.headers },
    timeoutMillis: sendMs,
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'larkstat',
      'service.version': version,
      'process.pid': process.pid,
    }),
    sampler: samplerOf(settings),
    spanLimits: { attributeValueLengthLimit: textLength, attributeCountLimit: 32, eventCountLimit: 8 },
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        maxQueueSize: queueSize,
        maxExportBatchSize: batchSize,
        exportTimeoutMillis: sendMs,
      }),
    ],
  });
  const close = async () => {
    const late = sleep(sendMs, undefined, { ref: false });
    await Promise.race([provider.shutdown().catch(() => {}), late]);
  };
  return { tracer: tracerOf(provider), close };
}

class Current implements Span {
  readonly traceId: string;
  constructor(readonly open: OpenSpan) {
    this.traceId = open.spanContext().traceId;
  }
  set(attributes: Parameters<Span['set']>[0]): void {
    this.open.setAttributes(attributes);
  }
  fail(code: string): void {
    this.open.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
  }
}

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;

function tracerOf(provider: BasicTracerProvider): Tracer {
  const made = provider.getTracer('larkstat', version);
  const begin = ({ name, kind, attributes, traceparent }: SpanBegin, parent: Current | null): Current => {
    const context = parent === null ? contextOf(traceparent) : trace.setSpan(ROOT_CONTEXT, parent.open);
    const as = kind === undefined ? SpanKind.INTERNAL : kinds[kind];
    return new Current(made.startSpan(name, { kind: as, attributes: { ...attributes } }, context));
  };
  return {
    isOn: true,
    async span(how, work) {
      const around = currentSpan.getStore();
      const parent = around instanceof Current ? around : null;
      if (parent === null && how.onlyWithin === true) return work({ traceId: null, set() {}, fail() {} });
      const span = begin(how, parent);
      try {
        return await currentSpan.run(span, () => work(span));
      } catch (error) {
        span.fail(codeOf(error));
        throw error;
      } finally {
        span.open.end();
      }
    },
  };
}

/** Returns the code or name of an error, since a message may quote what users wrote. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header; ids of only zeros are invalid. */
const wellFormed = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-|$)/;

function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = wellFormed.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function samplerOf({ sampler, ratio }: TracingSettings): Sampler {
  const root = sampler.endsWith('always_off')
    ? new AlwaysOffSampler()
    : sampler.endsWith('traceidratio')
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

/** Logs that spans could not be sent, at most once a minute. */
function warnings(log: Logger) {
  let warnedAt = Number.NEGATIVE_INFINITY;
  const error = (message: string) => {
    if (performance.now() - warnedAt < warnEveryMs) return;
    warnedAt = performance.now();
    log.warn(
      { reason: message.slice(0, 1_000) },
      'spans could not be sent: check OTEL_EXPORTER_OTLP_ENDPOINT',
    );
  };
  const quiet = () => {};
  return { error, warn: quiet, info: quiet, debug: quiet, verbose: quiet };
}
