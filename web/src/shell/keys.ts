import { useEffect, useEffectEvent } from 'react';

/** The keyboard shortcuts of the shell and the pages, as `?` lists them, grouped by place. */
export const keyHelp: readonly {
  readonly where: string;
  readonly keys: readonly (readonly [keys: string, what: string])[];
}[] = [
  {
    where: 'Everywhere',
    keys: [
      ['⌘K or /', 'Go to a stream, a page, an action'],
      ['g then s t c p j', 'Start, Trending, Compare, Posts, Jobs'],
      ['t', 'Theme'],
      ['r', 'Refresh'],
      ['?', 'These keys'],
      ['Esc', 'Close'],
    ],
  },
  {
    where: 'An account, a topic',
    keys: [
      ['1 … 5', '7 days, 30 days, 90 days, a year, all'],
      ['← →', 'Shift the range'],
      ['.', 'Now'],
      ['b', 'Comparison with the period before: on, off'],
      ['[ ]', 'Previous, next section'],
      ['z', 'Time zone'],
    ],
  },
  { where: 'A chart', keys: [['← → Home End Enter', 'Move between its points, open the posts of one']] },
  { where: 'A list of posts', keys: [['j k Enter o', 'Move between posts, open one']] },
];

/** Whether keystrokes go to an input, or to an open dialog or menu. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest(
      'input, textarea, select, [contenteditable=""], [contenteditable=true], [role=dialog], [role=menu], [role=listbox]',
    ) !== null
  );
}

/**
 * Handles single keys by their character (`KeyboardEvent.key`), and sequences of two (`g s`). Not with a modifier, and
 * not while somebody types. Runs on keydown.
 */
export function useKeys(actions: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const act = useEffectEvent((first: string | null, event: KeyboardEvent): boolean => {
    const action = actions[first === null ? event.key : `${first} ${event.key}`];
    if (action === undefined) return Object.keys(actions).some((keys) => keys.startsWith(`${event.key} `));
    event.preventDefault();
    action(event);
    return false;
  });
  useEffect(() => {
    let first: string | null = null;
    let forget: ReturnType<typeof setTimeout> | undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      const begins = act(first, event);
      clearTimeout(forget);
      first = first === null && begins ? event.key : null;
      forget = setTimeout(() => {
        first = null;
      }, 1_000);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => {
      clearTimeout(forget);
      document.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
