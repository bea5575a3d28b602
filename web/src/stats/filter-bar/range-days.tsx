import { type FormEvent, useId, useState } from 'react';
import { addDays, parseDay } from '../../search-params/days.ts';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../../ui/popover.tsx';
import { useStream } from '../stream.tsx';

/** The range in days; opens a choice of first and last day. */
export function RangeDays(props: { text: string; days: { from: string; to: string } | null }) {
  const { setView } = useStream();
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState('');

  function choose(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const from = parseDay(String(form.get('from')));
    const last = parseDay(String(form.get('last')));
    if (from === null || last === null) setRefusal('Choose both days.');
    else if (last < from) setRefusal('The last day is before the first.');
    else {
      setOpen(false);
      setView({ range: { from, to: addDays(last, 1) } });
    }
  }

  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        setRefusal('');
        setOpen(next);
      }}
    >
      <PopoverTrigger asChild>
        <Button variant="ghost" className="nums px-1.5 text-fg">
          {props.text}
        </Button>
      </PopoverTrigger>
      <PopoverContent aria-label="Range of days">
        <form onSubmit={choose} className="space-y-3">
          <Day name="from" label="First day" value={props.days?.from} />
          <Day
            name="last"
            label="Last day"
            value={props.days === null ? undefined : addDays(props.days.to, -1)}
          />
          <p role="alert" className="text-danger text-xs empty:hidden">
            {refusal}
          </p>
          <Button type="submit" variant="primary" className="w-full">
            Show these days
          </Button>
        </form>
      </PopoverContent>
    </Popover>
  );
}

function Day({ name, label, value }: { name: string; label: string; value: string | undefined }) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium text-xs">
        {label}
      </label>
      <Input id={id} type="date" name={name} defaultValue={value} required />
    </div>
  );
}
