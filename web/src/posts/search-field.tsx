import { Search, X } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';

// Long enough to type a word, so that not every letter sends a query.
const waitMs = 350;

/** The full-text search; it searches after a pause in typing, and immediately on Enter. */
export function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const given = useRef(value);
  const change = useEffectEvent((next: string) => {
    if (next === given.current) return;
    given.current = next;
    onChange(next);
  });
  // When the address changes in another way, by a link or Back, the address counts.
  useEffect(() => {
    if (value !== given.current) setText(value);
    given.current = value;
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => change(text.trim()), waitMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <search className="min-w-0 flex-1">
      <form
        className="relative"
        onSubmit={(event) => {
          event.preventDefault();
          const next = text.trim();
          if (next === given.current) return;
          given.current = next;
          onChange(next);
        }}
      >
        <Search size={14} aria-hidden className="-translate-y-1/2 absolute top-1/2 left-3 text-fg-3" />
        <Input
          type="text"
          enterKeyHint="search"
          aria-label="Search posts"
          placeholder='Search: words, "a phrase", -without, or'
          className="h-9 pr-9 pl-8"
          maxLength={1_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {text !== '' && (
          <IconButton
            label="Clear the search"
            className="-translate-y-1/2 absolute top-1/2 right-1"
            onClick={() => {
              setText('');
              given.current = '';
              onChange('');
            }}
          >
            <X size={14} />
          </IconButton>
        )}
      </form>
    </search>
  );
}
