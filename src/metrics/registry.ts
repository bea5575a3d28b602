import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { version } from '../version.ts';

/** One value of a metric, with its labels. */
export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** The description of a metric. */
export type Described = { readonly name: string; readonly help: string; readonly labels?: readonly string[] };

/** Creates the registry of one process. Every value gets the label `process`, such as `api`, `api-2` or `worker`. */
export function createRegistry(process: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  observeGauge(
    registry,
    { name: 'larkstat_build_info', help: 'Always 1; its label is the version.', labels: ['version'] },
    () => [{ labels: { version }, value: 1 }],
  );
  return registry;
}

/** Adds Node's own metrics: processor, memory, event loop, garbage collection. Call it once per process. */
export const watchProcess = (registry: Registry): void => collectDefaultMetrics({ register: registry });

type Read = () => readonly Sample[] | Promise<readonly Sample[]>;

/** Adds a gauge whose values are read at each scrape. It has no values while they cannot be read. */
export function observeGauge(registry: Registry, described: Described, read: Read): void {
  const { name, help, labels = [] } = described;
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    async collect() {
      const samples = await readOrNone(read);
      gauge.reset();
      if (labels.length === 0) gauge.remove(); // without labels, a reset gauge shows 0
      for (const sample of samples) gauge.set(sample.labels, sample.value);
    },
  });
}

/** Adds a counter that another module counts as a plain number. */
export function observeCounter(registry: Registry, described: Described, read: Read): void {
  const { name, help, labels = [] } = described;
  const counter: Counter = new Counter({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    async collect() {
      const samples = await readOrNone(read);
      counter.reset();
      for (const sample of samples) counter.inc(sample.labels, sample.value);
    },
  });
}

async function readOrNone(read: Read): Promise<readonly Sample[]> {
  try {
    return await read();
  } catch {
    return []; // a scrape never fails: an unavailable source has no values
  }
}
