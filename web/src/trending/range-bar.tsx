import { ChevronLeft, ChevronRight } from 'lucide-react';
import { daysOf, zoneCity } from '../format/dates.ts';
import { startOfDay } from '../search-params/days.ts';
import { type Preset, presets, type Range, rangeDays, shiftRange } from '../search-params/range.ts';
import { browserZone } from '../search-params/zone.ts';
import { IconButton } from '../ui/button.tsx';
import { Segments } from '../ui/segments.tsx';
import { Select } from '../ui/select.tsx';

const names: Record<Preset, string> = { '7d': '7 d', '30d': '30 d', '90d': '90 d', '1y': '1 y', all: 'All' };

/** The range and the zone of a page without a single stream: one line, which scrolls sideways on phones. */
export function RangeBar(props: {
  range: Range;
  zone: string;
  onChange: (change: { range?: Range; zone?: string }) => void;
  children?: React.ReactNode;
}) {
  const { range, zone, onChange, children } = props;
  const now = Date.now();
  const days = rangeDays(range, zone, now);
  const before = shiftRange(range, -1, zone, now);
  const after = shiftRange(range, 1, zone, now);
  return (
    <div className="no-scrollbar -mx-4 mb-4 flex items-center gap-2 overflow-x-auto px-4 py-1 sm:-mx-8 sm:px-8 print:hidden">
      <Segments
        label="Range"
        value={typeof range === 'string' ? range : ''}
        items={presets.map((value) => ({ value: value as string, label: names[value] }))}
        onChange={(value) => onChange({ range: value as Preset })} // safe: the values are presets
      />
      <div className="flex shrink-0 items-center rounded-control border border-line-strong bg-surface">
        <IconButton
          label="The period before"
          disabled={before === null}
          onClick={() => before !== null && onChange({ range: before })}
        >
          <ChevronLeft size={15} />
        </IconButton>
        <span className="nums whitespace-nowrap px-1.5 font-medium text-sm">
          {days === null ? 'All posts' : daysOf(startOfDay(days.from, zone), startOfDay(days.to, zone), zone)}
        </span>
        <IconButton
          label="The period after"
          disabled={after === null}
          onClick={() => after !== null && onChange({ range: after })}
        >
          <ChevronRight size={15} />
        </IconButton>
      </div>
      {children}
      <Select
        label="Time zone"
        value={zone}
        onChange={(next) => onChange({ zone: next })}
        items={[...new Set([zone, browserZone, 'UTC'])].map((value) => ({ value, label: zoneCity(value) }))}
      />
    </div>
  );
}
