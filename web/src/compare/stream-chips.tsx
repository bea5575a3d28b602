import { Link } from '@tanstack/react-router';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { streamKind, streamPath } from '../shell/stream-link.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../ui/popover.tsx';
import { slotColour } from './compared.ts';
import { CompareSearchStreams } from './queries.ts';
import { mostStreams, type Named } from './search.ts';

/** One stream that is compared, found or not. */
export type Slot = {
  readonly slot: number;
  readonly named: Named;
  /** Null when nothing was collected for it; undefined while that is not known. */
  readonly title: string | null | undefined;
};

/** The streams with their colours; each can be removed, and others added. */
export function StreamChips(props: {
  slots: readonly Slot[];
  onRemove: (slot: number) => void;
  onAdd: (named: Named) => void;
}) {
  const { slots, onRemove, onAdd } = props;
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      {slots.map(({ slot, named, title }) => {
        const name = title ?? (named.kind === 'x' ? `@${named.name}` : named.name);
        return (
          <span
            key={slot}
            className="inline-flex h-8 max-w-full items-center gap-2 rounded-control border border-line-strong bg-surface pl-3 text-sm pointer-coarse:h-10"
          >
            <span
              aria-hidden
              className="size-2.5 shrink-0 rounded-full"
              style={{ background: slotColour(slot) }}
            />
            <Link
              to={streamPath({
                __typename: named.kind === 'x' ? 'Account' : 'Topic',
                title: name,
                ...(named.kind === 'x' ? { handle: named.name } : { query: named.name }),
              })}
              className="min-w-0 truncate font-medium hover:underline"
            >
              {name}
            </Link>
            {named.kind === 'topic' && <span className="text-fg-2 text-xs">topic</span>}
            {title === null && <span className="text-warn text-xs">nothing collected</span>}
            <button
              type="button"
              aria-label={`Remove ${name}`}
              onClick={() => onRemove(slot)}
              className="grid h-full w-8 cursor-pointer place-content-center rounded-r-control text-fg-2 hover:bg-hover hover:text-fg pointer-coarse:w-10"
            >
              <X size={13} />
            </button>
          </span>
        );
      })}
      {slots.length < mostStreams && <Add onAdd={onAdd} />}
    </div>
  );
}

function Add({ onAdd }: { onAdd: (named: Named) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button>
          <Plus size={14} /> Add a stream
        </Button>
      </PopoverTrigger>
      <PopoverContent align="start" className="p-2" aria-label="Add a stream">
        <StreamSearch
          onChoose={(named) => {
            setOpen(false);
            onAdd(named);
          }}
        />
      </PopoverContent>
    </Popover>
  );
}

/** Finds a stream by part of its name. */
function StreamSearch({ onChoose }: { onChoose: (named: Named) => void }) {
  const [typed, setTyped] = useState('');
  const search = typed.trim();
  const [{ data, fetching }] = useQuery({
    query: CompareSearchStreams,
    variables: { search: search === '' ? null : search },
  });
  const found = (data?.streams.nodes ?? []).flatMap((stream) => {
    const named = namedOf(stream);
    return named === null ? [] : [{ stream, named }];
  });
  return (
    <>
      <Input
        autoFocus
        aria-label="Name of a stream"
        placeholder="Name of an account or topic…"
        value={typed}
        maxLength={100}
        onChange={(event) => setTyped(event.target.value)}
      />
      <ul className="mt-2 max-h-72 overflow-y-auto" aria-label="Streams">
        {found.map(({ stream, named }) => (
          <li key={stream.id}>
            <button
              type="button"
              onClick={() => onChoose(named)}
              className="flex w-full cursor-pointer items-center gap-2 rounded-[5px] px-2 py-1.5 text-left text-sm hover:bg-hover pointer-coarse:py-3"
            >
              <span className="truncate">{stream.title}</span>
              <span className="text-fg-2 text-xs">{streamKind(stream)}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && !fetching && (
        <p className="px-2 py-4 text-center text-fg-2 text-sm">No stream with this name</p>
      )}
    </>
  );
}

type Found = {
  readonly __typename?: string;
  readonly handle?: string;
  readonly query?: string;
};

/** The stream as in an address; null for one that cannot be compared. */
export function namedOf({ __typename, handle, query }: Found): Named | null {
  if (__typename === 'Account' && handle !== undefined) return { kind: 'x', name: handle };
  if (__typename === 'Topic' && query !== undefined) return { kind: 'topic', name: query };
  return null;
}
