import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { Input } from '../../ui/input.tsx';

/** One selectable value of a filter. */
export type Choice<Value extends string | number> = { readonly value: Value; readonly label: ReactNode };

/** Selects any values of a list; none means no filter. */
export function ManyOf<Value extends string | number>(props: {
  label: string;
  choices: readonly Choice<Value>[];
  chosen: readonly Value[];
  onChange: (chosen: Value[]) => void;
  /** Side by side in this many columns. */
  columns?: 2 | 4;
}) {
  const { label, choices, chosen, onChange, columns } = props;
  const toggle = (value: Value) =>
    onChange(
      chosen.includes(value)
        ? chosen.filter((each) => each !== value)
        : choices.map((each) => each.value).filter((each) => each === value || chosen.includes(each)),
    );
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-fg-2 text-xs">{label}</legend>
      <div className={cn('grid', columns === 2 && 'grid-cols-2', columns === 4 && 'grid-cols-4')}>
        {choices.map(({ value, label: name }) => (
          <label
            key={value}
            className="-mx-1 flex min-h-8 cursor-pointer items-center gap-2 rounded-[6px] px-1 text-sm hover:bg-hover pointer-coarse:min-h-10"
          >
            <input
              type="checkbox"
              className="size-3.5 accent-brand"
              checked={chosen.includes(value)}
              onChange={() => toggle(value)}
            />
            <span className="min-w-0 truncate">{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Selects one of a few values; `null` means any. */
export function OneOf<Value extends string | boolean>(props: {
  label: string;
  choices: readonly { readonly value: Value | null; readonly label: string }[];
  chosen: Value | null;
  onChange: (chosen: Value | null) => void;
}) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 font-medium text-fg-2 text-xs">{props.label}</legend>
      {props.choices.map(({ value, label }) => (
        <label
          key={String(value)}
          className="-mx-1 flex min-h-8 cursor-pointer items-center gap-2 rounded-[6px] px-1 text-sm hover:bg-hover pointer-coarse:min-h-10"
        >
          <input
            type="radio"
            name={name}
            className="size-3.5 accent-brand"
            checked={props.chosen === value}
            onChange={() => props.onChange(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

/** Adds a word, such as a hashtag, to a list. Words in the list show as chips above the posts. */
export function AddWord(props: {
  label: string;
  placeholder: string;
  words: readonly string[];
  onChange: (words: string[]) => void;
}) {
  const id = useId();
  const [text, setText] = useState('');
  const add = (event: FormEvent) => {
    event.preventDefault();
    const word = text.trim().replace(/^[#＃@＠]/, '');
    if (word !== '' && !props.words.includes(word)) props.onChange([...props.words, word]);
    setText('');
  };
  return (
    <form onSubmit={add}>
      <label htmlFor={id} className="mb-1 block font-medium text-fg-2 text-xs">
        {props.label}
      </label>
      <div className="flex gap-2">
        <Input
          id={id}
          value={text}
          placeholder={props.placeholder}
          autoComplete="off"
          maxLength={100}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" disabled={text.trim() === ''} aria-label={`Add: ${props.label}`}>
          Add
        </Button>
      </div>
    </form>
  );
}
