import { parseRange, printRange, type Range } from '../search-params/range.ts';
import { browserZone, parseZone } from '../search-params/zone.ts';

/** A stream as in an address: `x:harbour_ledger`, `topic:climate change`. */
export type Named = { readonly kind: 'x' | 'topic'; readonly name: string };

/** Most streams in a comparison: more lines cannot be distinguished. */
export const mostStreams = 5;

/** The search of the Compare page as in its address; defaults are absent. */
export type CompareSearch = { s?: string; range?: string; zone?: string; as?: string };

/** The search with its defaults filled in. */
export type CompareView = {
  /** A stream keeps its slot, and so its colour, when an earlier one is removed; so a slot may be empty. */
  readonly slots: readonly (Named | null)[];
  readonly range: Range;
  readonly zone: string;
  readonly as: 'values' | 'index';
};

/** Keeps the valid parts of an address, so that a bad link still works. */
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

/** Writes what `compareView` reads, without defaults. */
export function printCompareView({ slots, range, zone, as }: CompareView): CompareSearch {
  const s = printSlots(slots);
  return {
    ...(s !== '' && { s }),
    ...(range !== '1y' && { range: printRange(range) }),
    ...(zone !== browserZone && { zone }),
    ...(as === 'index' && { as }),
  };
}

/** Puts a stream into the first empty slot; returns the same slots when it is already there, or none is empty. */
export function addStream(slots: readonly (Named | null)[], added: Named): readonly (Named | null)[] {
  if (slots.some((slot) => slot !== null && isSame(slot, added))) return slots;
  const free = slots.indexOf(null);
  if (free >= 0) return slots.map((slot, index) => (index === free ? added : slot));
  return slots.length < mostStreams ? [...slots, added] : slots;
}

/** Empties a slot; later ones keep theirs. */
export function removeStream(slots: readonly (Named | null)[], index: number): readonly (Named | null)[] {
  return trimmed(slots.map((slot, at) => (at === index ? null : slot)));
}

/** Reads the streams of an address; of duplicates the first counts. */
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
