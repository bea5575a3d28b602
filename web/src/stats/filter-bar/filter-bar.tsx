import { ChevronLeft, ChevronRight, Minus } from 'lucide-react';
import { daysOf } from '../../format/dates.ts';
import { startOfDay } from '../../search-params/days.ts';
import { type Preset, presets, rangeDays, shiftRange } from '../../search-params/range.ts';
import type { Versus } from '../../search-params/page.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuChoice, MenuChoices, MenuContent, MenuTrigger } from '../../ui/menu.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Button } from '../../ui/button.tsx';
import { useStream } from '../stream.tsx';
import { RangeDays } from './range-days.tsx';
import { ZonePicker } from './zone-picker.tsx';

const presetNames: Record<Preset, string> = {
  '7d': '7 d',
  '30d': '30 d',
  '90d': '90 d',
  '1y': '1 y',
  all: 'All',
};

/**
 * The range, its comparison, and the time zone of the page. The bar stays visible. `span`: first and last day of all
 * posts.
 */
export function FilterBar(props: { span: { from: string; to: string } | null }) {
  const { view, setView } = useStream();
  const now = Date.now();
  const days = rangeDays(view.range, view.zone, now);
  const before = shiftRange(view.range, -1, view.zone, now);
  const after = shiftRange(view.range, 1, view.zone, now);
  const shownDays =
    days === null
      ? props.span === null
        ? 'All posts'
        : daysOf(props.span.from, new Date(Date.parse(props.span.to) + 1), view.zone)
      : daysOf(startOfDay(days.from, view.zone), startOfDay(days.to, view.zone), view.zone);
  return (
    <div className="sticky top-13 z-20 -mx-4 border-b bg-bg px-4 sm:-mx-8 sm:px-8 lg:top-0 print:static">
      <section
        aria-label="Range, comparison, time zone"
        className="no-scrollbar -mx-1 flex h-14 items-center gap-2 overflow-x-auto px-1"
      >
        <Segments
          label="Range"
          value={typeof view.range === 'string' ? view.range : ''}
          items={presets.map((value) => ({ value: value as string, label: presetNames[value] }))}
          onChange={(range) => setView({ range: range as Preset })} // safe: the values are presets
        />
        <div className="flex shrink-0 items-center rounded-control border border-line-strong bg-surface">
          <IconButton
            label="The period before"
            disabled={before === null}
            onClick={() => before !== null && setView({ range: before })}
          >
            <ChevronLeft size={15} />
          </IconButton>
          <RangeDays text={shownDays} days={days} />
          <IconButton
            label="The period after"
            disabled={after === null}
            onClick={() => after !== null && setView({ range: after })}
          >
            <ChevronRight size={15} />
          </IconButton>
        </div>
        <VersusMenu />
        <div className="min-w-2 flex-1" />
        <ZonePicker />
      </section>
    </div>
  );
}

function VersusMenu() {
  const { view, setView } = useStream();
  const names: Record<Versus, string> = {
    before: view.range === '1y' ? 'vs the year before' : 'vs the period before',
    year: 'vs a year earlier',
    off: 'No comparison',
  };
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button disabled={view.range === 'all'} aria-label={`Comparison: ${names[view.vs]}`}>
          <Minus size={14} strokeWidth={2.5} className="text-fg-2" />
          {view.range === 'all' ? 'No comparison' : names[view.vs]}
        </Button>
      </MenuTrigger>
      <MenuContent align="start">
        <MenuChoices value={view.vs} onValueChange={(vs) => setView({ vs: vs as Versus })}>
          {(['before', 'year', 'off'] as const).map((vs) => (
            <MenuChoice key={vs} value={vs}>
              {names[vs]}
            </MenuChoice>
          ))}
        </MenuChoices>
      </MenuContent>
    </Menu>
  );
}
