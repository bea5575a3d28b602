import type { Logger } from 'pino';
import { noTracer } from '../shared/tracer.ts';
import type { Tracing, TracingSettings } from './tracing-settings.ts';

/** Opens tracing; loads no tracing code when `settings` is null. */
export async function openTracing(settings: TracingSettings | null, log: Logger): Promise<Tracing> {
  if (settings === null) return { tracer: noTracer, close: async () => {} };
  const { startTracing } = await import('./opentelemetry.ts');
  return startTracing(settings, log);
}
