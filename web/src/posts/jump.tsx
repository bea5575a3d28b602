import { CalendarSearch } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { parseDay } from '../search-params/days.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../ui/popover.tsx';

/** Starts the list at a day. Newer posts stay in the list, above it. */
export function Jump({
  day,
  onJump,
}: {
  day: string | undefined;
  onJump: (day: string | undefined) => void;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const asked = parseDay(String(new FormData(event.currentTarget).get('day')));
    if (asked === null) return;
    onJump(asked);
    setOpen(false);
  };
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button size="sm" variant="ghost" aria-label="Jump to a date">
          <CalendarSearch size={14} /> <span className="max-sm:hidden">Jump to a date</span>
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" aria-label="Jump to a date">
        <form onSubmit={submit} className="space-y-2">
          <label htmlFor={id} className="block font-medium text-fg-2 text-xs">
            Start the list at
          </label>
          <div className="flex gap-2">
            <Input id={id} name="day" type="date" required defaultValue={day ?? ''} />
            <Button type="submit">Jump</Button>
          </div>
          {day !== undefined && (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => {
                onJump(undefined);
                setOpen(false);
              }}
            >
              Back to the start
            </Button>
          )}
        </form>
      </PopoverContent>
    </Popover>
  );
}
