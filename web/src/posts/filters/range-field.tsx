import { type FormEvent, useId } from 'react';
import { zoneName } from '../../format/dates.ts';
import { addDays, parseDay } from '../../search-params/days.ts';
import { presets } from '../../search-params/range.ts';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import type { FilterProps } from './filter-props.ts';
import { rangeEnds } from './range-words.ts';

const presetNames = {
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  '1y': '1 year',
  all: 'All',
} as const;

/** A named range, or two days, of which one may be empty. */
export function RangeField({ view, onChange }: FilterProps) {
  const from = useId();
  const to = useId();
  const ends = rangeEnds(view.range);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const first = parseDay(String(data.get('from')));
    const last = parseDay(String(data.get('to')));
    if (first === null && last === null) return onChange({ range: 'all' });
    // Swapped days mean the range between them.
    const [begin, end] = first !== null && last !== null && first > last ? [last, first] : [first, last];
    onChange({ range: { from: begin, to: end === null ? null : addDays(end, 1) } });
  };
  return (
    <form onSubmit={submit} key={JSON.stringify(view.range)} className="space-y-3">
      <div className="flex flex-wrap gap-1">
        {presets.map((preset) => (
          <Button
            key={preset}
            size="sm"
            variant={view.range === preset ? 'outline' : 'ghost'}
            aria-pressed={view.range === preset}
            onClick={() => onChange({ range: preset })}
          >
            {presetNames[preset]}
          </Button>
        ))}
      </div>
      <div className="grid grid-cols-2 gap-2">
        <label htmlFor={from} className="font-medium text-fg-2 text-xs">
          First day
          <Input id={from} name="from" type="date" className="mt-1" defaultValue={ends.from ?? ''} />
        </label>
        <label htmlFor={to} className="font-medium text-fg-2 text-xs">
          Last day
          <Input id={to} name="to" type="date" className="mt-1" defaultValue={ends.to ?? ''} />
        </label>
      </div>
      <div className="flex items-center justify-between gap-2">
        <span className="text-fg-3 text-xs">{zoneName(view.zone)}</span>
        <Button type="submit">Set</Button>
      </div>
    </form>
  );
}
