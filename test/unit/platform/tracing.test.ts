import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { openTracing } from '../../../src/platform/tracing.ts';
import { noTracer } from '../../../src/shared/tracer.ts';
import { redact } from '../../../src/shared/secrets.ts';
import { root } from '../../support/program.ts';
import { quiet } from '../../support/worker.ts';

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(root, 'src', path), 'utf8') }));

test('one file loads OpenTelemetry, and no other file imports it before tracing is configured', () => {
  const by = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  expect(by(/['"]@opentelemetry\//)).toEqual([join('platform', 'opentelemetry.ts')]);
  expect(by(/\bfrom '[^']*\/opentelemetry\.ts'/)).toEqual([]);
  expect(by(/\bimport\('\.\/opentelemetry\.ts'\)/)).toEqual([join('platform', 'tracing.ts')]);
});

test('without an endpoint there is no tracing, whatever else is set', async () => {
  const { tracing } = loadConfig({ OTEL_TRACES_SAMPLER: 'always_on', OTEL_EXPORTER_OTLP_ENDPOINT: '' });
  expect(tracing).toBeNull();
  expect((await openTracing(tracing, quiet)).tracer).toBe(noTracer);
});

test('without tracing, work runs as if it were called', async () => {
  const work = Promise.resolve(1);
  expect(noTracer.span({ name: 'x', attributes: {} }, () => work)).toBe(work);
});

test('an endpoint, its headers and the sampler are read as the specification says', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example/otlp/',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=lark, authorization=Bearer%20hush-hush-1',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  };
  expect(loadConfig(env).tracing).toEqual({
    endpoint: 'https://collector.example/otlp',
    headers: { 'x-team': 'lark', authorization: 'Bearer hush-hush-1' },
    sampler: 'parentbased_traceidratio',
    ratio: 0.25,
  });
  expect(redact('sent Bearer hush-hush-1')).not.toContain('hush-hush-1');
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /^OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL/],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'hush', /^OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs/],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz', /^OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs/],
  ['OTEL_TRACES_SAMPLER', 'sometimes', /^OTEL_TRACES_SAMPLER=sometimes: expected always_on/],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', /^OTEL_TRACES_SAMPLER_ARG=1.5: expected a number from 0 to 1/],
])('%s=%s is refused', (name, value, message) => {
  expect(() => loadConfig({ [name]: value })).toThrow(message);
});
