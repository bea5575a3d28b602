import { parseRange, printRange, type Range } from '../search-params/range.ts';
import { browserZone, parseZone } from '../search-params/zone.ts';

/** A stream as an address names it: `x:harbour_ledger`, `topic:climate change`. */
export type Named = { readonly kind: 'x' | 'topic'; readonly name: string };

/** The most compared streams: more lines cannot be distinguished. */
export const mostStreams = 5;

/** The search of the page Compare as its address has it: what is the default is absent. */
export type CompareSearch = { s?: string; range?: string; zone?: string; as?: string };

/** The same with the defaults in place. */
export type CompareView = {
  /** A stream keeps its place, and with it its colour, when one before it is removed: a place may be empty. */
  readonly slots: readonly (Named | null)[];
  readonly range: Range;
  readonly zone: string;
  readonly as: 'values' | 'index';
};

/** Keeps what is valid of an address: a bad link heals. */
export function parseCompareSearch(raw: Readonly<Record<string, unknown>>): CompareSearch {
  return printCompareView(compareView(raw));
}

/** Reads an address. */
export function compareView(raw: Readonly<Record<string, unknown>>): CompareView {
  const text = (name: keyof CompareSearch) => (typeof raw[name] === 'string' ? raw[name] : '');
  return {
    slots: parseSlots(text('s')),
    range: parseRange(text('range')) ?? '1y',
    zone: parseZone(text('zone')) ?? browserZone,
    as: text('as') === 'index' ? 'index' : 'values',
  };
}

/** Writes what `compareView` reads, without what is the default. */
export function printCompareView({ slots, range, zone, as }: CompareView): CompareSearch {
  const s = printSlots(slots);
  return {
    ...(s !== '' && { s }),
    ...(range !== '1y' && { range: printRange(range) }),
    ...(zone !== browserZone && { zone }),
    ...(as === 'index' && { as }),
  };
}

/** Puts a stream into the first empty place; the same places when it is there already, or none is empty. */
export function addStream(slots: readonly (Named | null)[], added: Named): readonly (Named | null)[] {
  if (slots.some((slot) => slot !== null && isSame(slot, added))) return slots;
  const free = slots.indexOf(null);
  if (free >= 0) return slots.map((slot, index) => (index === free ? added : slot));
  return slots.length < mostStreams ? [...slots, added] : slots;
}

/** Empties a place; those after it stay where they are. */
export function removeStream(slots: readonly (Named | null)[], index: number): readonly (Named | null)[] {
  return trimmed(slots.map((slot, at) => (at === index ? null : slot)));
}

/** Reads the streams of an address; of one that comes twice the first counts. */
function parseSlots(text: string): readonly (Named | null)[] {
  if (text === '') return [];
  const slots: (Named | null)[] = [];
  // A comma within a query is written `\,`.
  for (const item of text.split(/(?<!\\),/u).slice(0, mostStreams)) {
    const named = parseNamed(item.replaceAll('\\,', ','));
    const isTwice = named !== null && slots.some((slot) => slot !== null && isSame(slot, named));
    slots.push(isTwice ? null : named);
  }
  return trimmed(slots);
}

function printSlots(slots: readonly (Named | null)[]): string {
  return trimmed(slots)
    .map((slot) => (slot === null ? '' : `${slot.kind}:${slot.name.replaceAll(',', '\\,')}`))
    .join(',');
}

function parseNamed(text: string): Named | null {
  const [, kind, name = ''] = /^(x|topic):(.+)$/su.exec(text.trim()) ?? [];
  if (kind === 'x') {
    const handle = name.replace(/^@/, '');
    return /^\w{1,15}$/.test(handle) ? { kind, name: handle } : null;
  }
  const query = name.trim();
  return kind === 'topic' && query !== '' && query.length <= 512 ? { kind, name: query } : null;
}

function isSame(one: Named, other: Named): boolean {
  return one.kind === other.kind && one.name.toLowerCase() === other.name.toLowerCase();
}

function trimmed(slots: readonly (Named | null)[]): readonly (Named | null)[] {
  return slots.slice(0, slots.findLastIndex((slot) => slot !== null) + 1);
}
