import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, Info, Plus, Search } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../../gql/gql.ts';
import { addFieldId } from '../shell/add-field-id.ts';
import { streamKind, streamPath } from '../shell/stream-link.ts';
import { cn } from '../ui/cn.ts';
import { floating } from '../ui/floating.ts';
import { useSettled } from '../ui/use-settled.ts';
import { readEntry } from './entry.ts';
import { entryOptions, type Option } from './entry-options.ts';

const FieldMatches = graphql(`
  query FieldMatches($search: String!, $post: String!, $hasPost: Boolean!) {
    streams(search: $search, first: 5, orderBy: UPDATED) {
      nodes {
        __typename
        id
        title
        ... on Account {
          handle
        }
        ... on Topic {
          query
        }
      }
    }
    post(platformId: $post) @include(if: $hasPost) {
      id
    }
  }
`);

/** The input of the start page: a name, an address or a search. Below it are the possible meanings. */
export function AddField({ initial, onAdd }: { initial: string; onAdd: (text: string) => void }) {
  const [typed, setTyped] = useState(initial);
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const list = useId();
  const settled = useSettled(typed, 120);
  const [entry] = useMemo(() => readEntry(settled), [settled]);
  const post = entry?.kind === 'post' ? entry.id : '';
  const search =
    entry?.kind === 'account' || entry?.kind === 'post'
      ? (entry.handle ?? '')
      : entry?.kind === 'topic'
        ? entry.query
        : '';
  const [{ data }] = useQuery({
    query: FieldMatches,
    variables: { search, post, hasPost: post !== '' },
    pause: search === '' && post === '',
  });

  // An answer for another text does not count.
  const answered = settled === typed && search !== '' ? data : undefined;
  const { options, note } = entryOptions(
    typed,
    (answered?.streams.nodes ?? []).map((stream) => ({
      id: stream.id,
      title: stream.title,
      kind: streamKind(stream),
      path: streamPath(stream),
    })),
    settled === typed && post !== '' ? (data?.post?.id ?? null) : null,
  );
  const at = Math.min(chosen, options.length - 1);
  const isShown = isOpen && (options.length > 0 || note !== null);

  const act = (option: Option | undefined) => {
    if (option === undefined) return;
    setIsOpen(false);
    if (option.kind === 'open') void navigate({ href: option.href });
    else {
      setTyped(option.text);
      onAdd(option.text);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && options.length > 0) {
      event.preventDefault();
      if (!isOpen) setIsOpen(true);
      else setChosen((at + step + options.length) % options.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (isShown) act(options[at]);
      else setIsOpen(true);
    } else if (event.key === 'Escape') setIsOpen(false);
  };

  return (
    <div className="relative">
      <Search
        size={16}
        aria-hidden
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-3.5 text-fg-3"
      />
      <input
        role="combobox"
        id={addFieldId}
        aria-label="An account, a topic or an address of X or Twitch"
        aria-expanded={isShown}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isShown && options.length > 0 ? `${list}-${at}` : undefined}
        value={typed}
        placeholder="@name, a search, or an address of x.com or twitch.tv"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        className="h-11 w-full min-w-0 rounded-control border border-line-input bg-surface pr-3 pl-10 text-[16px] text-fg placeholder:text-fg-3"
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
          setIsOpen(true);
        }}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div className={cn(floating, 'absolute inset-x-0 top-[calc(100%+6px)] z-20 p-1', !isShown && 'hidden')}>
        <div id={list} role="listbox" aria-label="What this can be">
          {options.map((option, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus, and names the option that is chosen
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
            <div
              key={option.key}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-[6px] px-2.5 py-1.5 text-sm aria-selected:bg-hover pointer-coarse:min-h-11"
              onMouseMove={() => setChosen(index)}
              // Otherwise the field would lose the focus, and the list would close before the click.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => act(option)}
            >
              {option.kind === 'open' ? (
                <ArrowRight size={15} className="shrink-0 text-fg-3" />
              ) : (
                <Plus size={15} className="shrink-0 text-fg-3" />
              )}
              <span className="min-w-0 truncate font-medium">{option.label}</span>
              <span className="ml-auto shrink-0 text-fg-2 text-xs">{option.note}</span>
            </div>
          ))}
        </div>
        {note !== null && (
          <p role="status" className="flex items-start gap-2.5 px-2.5 py-2 text-fg-2 text-sm">
            <Info size={15} className="mt-0.5 shrink-0" />{' '}
            <span className="[overflow-wrap:anywhere]">{note}</span>
          </p>
        )}
      </div>
    </div>
  );
}
