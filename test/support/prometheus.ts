/** One series of a scrape. */
export type Series = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;

/**
 * Parses Prometheus' text format as strictly as Prometheus: throws for an invalid line, for a metric without a type or
 * with scattered lines, and for a duplicate series.
 */
export function parseScrape(text: string): readonly Series[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const seen = new Set<string>();
  const series: Series[] = [];
  let current = '';
  for (const line of text.split('\n')) {
    const [, what, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (what === 'TYPE') {
      if (types.has(name)) throw new Error(`a second family: ${name}`);
      types.set(name, rest);
      current = name;
    } else if (line !== '' && what === undefined) {
      const read = parseSample(line);
      const family =
        types.get(current) === 'histogram' ? read.name.replace(/_(bucket|sum|count)$/, '') : read.name;
      if (family !== current) throw new Error(`not of its family: ${line}`);
      const key = `${read.name} ${JSON.stringify(Object.entries(read.labels).sort())}`;
      if (seen.has(key)) throw new Error(`a second time: ${line}`);
      seen.add(key);
      series.push(read);
    }
  }
  return series;
}

function parseSample(line: string): Series {
  const [, name, labels = '', number = ''] = sample.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a line of the format: ${line}`);
  const pairs = [...labels.matchAll(label)];
  if (pairs.map(([whole]) => whole).join('') !== labels)
    throw new Error(`labels that cannot be read: ${line}`);
  const value = Number(number.replace('Inf', 'Infinity'));
  if (Number.isNaN(value)) throw new Error(`not a number: ${line}`);
  return { name, labels: Object.fromEntries(pairs.map(([, key, text]) => [key, text])), value };
}

/** The sum of a metric's series with these labels; null when there is none. */
export function sumOf(
  series: readonly Series[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  const found = series.filter(
    (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  );
  return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
}
