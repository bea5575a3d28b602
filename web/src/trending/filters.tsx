import { CalendarClock } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { minuteOf, zoneCity } from '../format/dates.ts';
import { Button } from '../ui/button.tsx';
import { LiveDot } from '../ui/chip.tsx';
import { Input } from '../ui/input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../ui/popover.tsx';
import { Segments } from '../ui/segments.tsx';
import { Select } from '../ui/select.tsx';
import { platforms, type TrendingView, windows } from './search.ts';

const platformNames = { X: 'X' } as const;

/** The controls in one line: kind, window, order, platform, and end. */
export function TrendingFilters(props: {
  view: TrendingView;
  onChange: (view: Partial<TrendingView>) => void;
}) {
  const { view, onChange } = props;
  return (
    <div className="no-scrollbar -mx-4 mb-4 flex items-center gap-2 overflow-x-auto px-4 py-1 sm:-mx-8 sm:px-8 print:hidden">
      <Segments
        label="What trends"
        value={view.kind}
        onChange={(kind) => onChange({ kind, tag: null })}
        items={[
          { value: 'HASHTAG', label: 'Hashtags' },
          { value: 'MENTION', label: 'Mentions' },
          { value: 'WORD', label: 'Words' },
        ]}
      />
      <Segments
        label="Window"
        value={view.window.value}
        onChange={(value) =>
          onChange({ window: windows.find((window) => window.value === value) ?? view.window })
        }
        items={windows.map(({ value, label, name }) => ({ value, label, title: `The last ${name}` }))}
      />
      <Segments
        label="Order"
        value={view.order}
        onChange={(order) => onChange({ order })}
        items={[
          { value: 'BURST', label: 'Burst', title: 'Most above what is expected' },
          { value: 'COUNT', label: 'Count', title: 'Most posts' },
        ]}
      />
      <Select
        label="Platform"
        value={view.platform ?? 'ALL'}
        onChange={(platform) => onChange({ platform: platform === 'ALL' ? null : platform })}
        items={[
          { value: 'ALL', label: 'All platforms' },
          ...platforms.map((value) => ({ value, label: platformNames[value] })),
        ]}
      />
      <EndsAt {...props} />
    </div>
  );
}

/** The end of the window: now, or an instant. */
function EndsAt({ view, onChange }: { view: TrendingView; onChange: (view: Partial<TrendingView>) => void }) {
  const [open, setOpen] = useState(false);
  const { at, zone } = view;
  function show(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('at') ?? '');
    const chosen = new Date(`${text}Z`);
    if (Number.isNaN(chosen.getTime())) return;
    setOpen(false);
    onChange({ at: chosen.toISOString() });
  }
  return (
    <>
      <Popover open={open} onOpenChange={setOpen}>
        <PopoverTrigger asChild>
          <Button>
            {at === null ? <LiveDot /> : <CalendarClock size={14} className="text-fg-3" />}
            {at === null ? 'now' : `up to ${minuteOf(at, zone)}`}
          </Button>
        </PopoverTrigger>
        <PopoverContent align="start" aria-label="Until when">
          <form onSubmit={show} className="space-y-3">
            <label htmlFor="ends-at" className="block font-medium text-sm">
              The window ends at
            </label>
            <Input
              id="ends-at"
              name="at"
              type="datetime-local"
              required
              defaultValue={(at ?? new Date().toISOString()).slice(0, 16)}
            />
            <p className="text-fg-2 text-xs">
              In UTC; the page shows it in {zone === 'UTC' ? 'UTC' : `${zoneCity(zone)} time`}.
            </p>
            <div className="flex gap-2">
              <Button type="submit" size="sm" variant="primary">
                Show
              </Button>
              <Button
                size="sm"
                onClick={() => {
                  setOpen(false);
                  onChange({ at: null });
                }}
              >
                Now
              </Button>
            </div>
          </form>
        </PopoverContent>
      </Popover>
      {at !== null && (
        <Button variant="ghost" onClick={() => onChange({ at: null })}>
          Back to now
        </Button>
      )}
    </>
  );
}
