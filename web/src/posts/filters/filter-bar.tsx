import { ChevronDown, SlidersHorizontal, X } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogClose, DialogTrigger, SheetContent } from '../../ui/dialog.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../../ui/popover.tsx';
import { filterCount } from '../filter.ts';
import type { FilterChip } from './chips.ts';
import type { FilterProps } from './filter-props.ts';
import { filterGroups } from './groups.tsx';

/** A popover for each filter; on phones one sheet with all of them. */
export function FilterBar(props: FilterProps) {
  const count = filterCount(props.view);
  return (
    <>
      <div className="no-scrollbar hidden items-center gap-1 overflow-x-auto sm:flex">
        {filterGroups.map(({ name, fields }) => (
          <Popover key={name}>
            <PopoverTrigger asChild>
              <Button size="sm" variant="ghost" className="gap-1">
                {name} <ChevronDown size={13} className="text-fg-3" />
              </Button>
            </PopoverTrigger>
            <PopoverContent
              align="start"
              aria-label={`Filter: ${name}`}
              className="max-h-[70vh] overflow-y-auto"
            >
              {fields(props)}
            </PopoverContent>
          </Popover>
        ))}
      </div>
      <Dialog>
        <DialogTrigger asChild>
          <Button className="sm:hidden">
            <SlidersHorizontal size={14} /> Filters
            {count > 0 && (
              <span className="nums rounded-full bg-brand-soft px-1.5 text-axis text-fg">{count}</span>
            )}
          </Button>
        </DialogTrigger>
        <SheetContent title="Filters">
          <div className="space-y-5">
            {filterGroups.map(({ name, fields }) => (
              <div key={name}>{fields(props)}</div>
            ))}
          </div>
          <DialogClose asChild>
            <Button variant="primary" className="sticky bottom-0 mt-5 w-full">
              Show posts
            </Button>
          </DialogClose>
        </SheetContent>
      </Dialog>
    </>
  );
}

/** The active filters: a click removes one. */
export function FilterChips(props: {
  chips: readonly FilterChip[];
  onChange: FilterProps['onChange'];
  onClear: () => void;
}) {
  if (props.chips.length === 0) return null;
  return (
    <ul aria-label="Filters that are set" className="flex flex-wrap items-center gap-1.5">
      {props.chips.map(({ key, text, without }) => (
        <li key={key}>
          <button
            type="button"
            onClick={() => props.onChange(without)}
            aria-label={`Remove filter: ${text}`}
            className="inline-flex h-6 max-w-72 cursor-pointer items-center gap-1 rounded-full bg-brand-soft px-2.5 text-fg text-xs hover:bg-hover pointer-coarse:h-9"
          >
            <span className="truncate">{text}</span>
            <X size={12} className="shrink-0" />
          </button>
        </li>
      ))}
      <li>
        <Button size="sm" variant="ghost" onClick={props.onClear}>
          Clear all
        </Button>
      </li>
    </ul>
  );
}
