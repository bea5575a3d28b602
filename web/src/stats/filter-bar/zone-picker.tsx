import { Globe } from 'lucide-react';
import { useMemo, useState } from 'react';
import { zoneCity, zoneOffset } from '../../format/dates.ts';
import { allZones } from '../../search-params/zone.ts';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../../ui/popover.tsx';
import { useStream } from '../stream.tsx';

/** Selects the time zone of all days and hours of the page. */
export function ZonePicker({
  open,
  onOpenChange,
}: {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  const { view } = useStream();
  const [isOpen, setOpen] = useState(false);
  const change = onOpenChange ?? setOpen;
  return (
    <Popover open={open ?? isOpen} onOpenChange={change}>
      <PopoverTrigger asChild>
        <Button data-zone data-action="Change the time zone" aria-label={`Time zone: ${view.zone}`}>
          <Globe size={14} className="text-fg-2" />
          {zoneCity(view.zone)}
          {view.zone !== 'UTC' && (
            <span className="nums font-normal text-fg-2 text-xs">{zoneOffset(view.zone, Date.now())}</span>
          )}
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" className="p-2" aria-label="Time zone">
        <ZoneList onChosen={() => change(false)} />
      </PopoverContent>
    </Popover>
  );
}

function ZoneList({ onChosen }: { onChosen: () => void }) {
  const { view, setView } = useStream();
  const [typed, setTyped] = useState('');
  const zones = useMemo(allZones, []);
  const words = typed.trim().toLowerCase().replaceAll(' ', '_');
  const found = zones.filter((zone) => zone.toLowerCase().includes(words)).slice(0, 60);
  return (
    <>
      <Input
        aria-label="Search a time zone"
        placeholder="City or region…"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoFocus
      />
      <ul className="mt-2 max-h-64 overflow-y-auto" aria-label="Time zones">
        {found.map((zone) => (
          <li key={zone}>
            <button
              type="button"
              aria-current={zone === view.zone || undefined}
              className="flex w-full cursor-pointer items-center justify-between gap-3 rounded-[5px] px-2 py-1.5 text-left text-sm hover:bg-hover aria-[current]:font-semibold pointer-coarse:py-3"
              onClick={() => {
                setView({ zone });
                onChosen();
              }}
            >
              <span className="truncate">{zone.replaceAll('_', ' ')}</span>
              <span className="nums text-fg-2 text-xs">
                {zone === 'UTC' ? '' : zoneOffset(zone, Date.now())}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="px-2 py-4 text-center text-fg-2 text-sm">No zone of this name</p>}
    </>
  );
}
