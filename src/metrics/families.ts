import { type Metric, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';

/** The metrics of a process with their values, in the form that is sent to another process. */
export type Families = readonly MetricObjectWithValues<MetricValue<string>>[];

export const contentType = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Prints the metrics of several registries in Prometheus' text format. Merges metrics of the same name; the label
 * `process` distinguishes their values.
 */
export function printFamilies(parts: readonly Families[]): Promise<string> {
  const merged = new Map<string, Families[number]>();
  for (const family of parts.flat()) {
    const values = family.values.filter(({ value }) => Number.isFinite(value)); // drops values that were not measured yet
    const known = merged.get(family.name);
    if (known === undefined) merged.set(family.name, { ...family, values });
    else for (const value of values) known.values.push(value);
  }
  const registry = new Registry();
  for (const family of merged.values()) {
    const metric = { name: family.name, get: async () => family };
    registry.registerMetric(metric as unknown as Metric); // safe: a registry uses only these two
  }
  return registry.metrics();
}
