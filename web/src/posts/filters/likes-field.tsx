import { type FormEvent, useId } from 'react';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/input.tsx';
import type { FilterProps } from './filter-props.ts';

/** Minimum likes; posts with unknown likes never match. */
export function LikesField({ view, onChange }: FilterProps) {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const likes = Math.floor(Number(new FormData(event.currentTarget).get('likes')));
    onChange({ minLikes: likes > 0 && Number.isSafeInteger(likes) ? likes : null });
  };
  return (
    <form onSubmit={submit} className="space-y-2" key={view.minLikes}>
      <label htmlFor={id} className="block font-medium text-fg-2 text-xs">
        Minimum likes
      </label>
      <div className="flex gap-2">
        <Input
          id={id}
          name="likes"
          type="number"
          min={0}
          step={1}
          defaultValue={view.minLikes ?? ''}
          placeholder="0"
        />
        <Button type="submit">Set</Button>
      </div>
      <div className="flex gap-1">
        {[10, 100, 1_000, 10_000].map((likes) => (
          <Button key={likes} size="sm" variant="ghost" onClick={() => onChange({ minLikes: likes })}>
            {likes.toLocaleString()}
          </Button>
        ))}
      </div>
    </form>
  );
}
