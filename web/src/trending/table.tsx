import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { MiniBars } from '../chart/mini-bars.tsx';
import { exact } from '../format/numbers.ts';
import { postsLink } from '../posts/link.ts';
import type { PostsView } from '../posts/search.ts';
import { useKeys } from '../shell/keys.ts';
import { cn } from '../ui/cn.ts';
import { ExpectedBar } from './expected.tsx';
import { timesText } from './figures.ts';
import { keepInPlace } from './keep-in-place.ts';
import { RankMove } from './rank-move.tsx';
import type { TrendRow } from './row.ts';
import type { TrendingSearch } from './search.ts';
import { useRowMoves } from './use-row-moves.ts';

/** How a term is written, and its link. */
export type TermLooks = {
  /** The noun for a term: `Hashtag`. */
  readonly name: string;
  /** `#`, `@` or nothing. */
  readonly prefix: string;
  /** The posts of the window that use it. */
  readonly posts: (term: string) => Partial<PostsView>;
};

const head = 'sticky top-0 bg-surface py-1.5 font-medium text-fg-3 text-xs';

/**
 * The terms of a window by rank. When the order changes, rows move to their new places; the row under the pointer, or
 * with the focus, stays until it is left.
 */
export function TrendTable(props: {
  label: string;
  rows: readonly TrendRow[];
  looks: TermLooks;
  /** The selected term; null when there is none, undefined when rows cannot be selected. */
  chosen?: string | null;
  onChoose?: (term: string) => void;
}) {
  const { label, rows, looks, chosen, onChoose } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const shown = useRef<readonly string[]>([]);
  const [held, setHeld] = useState<string | null>(null);
  const order = keepInPlace(
    shown.current,
    rows.map(({ term }) => term),
    held,
  );
  shown.current = order;
  useRowMoves(body, order);

  const step = (by: 1 | -1) => {
    const at = chosen == null ? -1 : order.indexOf(chosen);
    const next = order[Math.min(order.length - 1, Math.max(0, at + by))];
    if (next !== undefined) onChoose?.(next);
  };
  useKeys({ j: () => step(1), k: () => step(-1) });

  const byTerm = new Map(rows.map((row) => [row.term, row]));
  const most = Math.max(1, ...rows.map(({ count, expected }) => Math.max(count, expected)));
  return (
    <table className="w-full border-collapse text-sm [&_tbody_tr:first-child]:border-t-0">
      <caption className="sr-only">{label}</caption>
      <thead className="max-sm:sr-only">
        <tr>
          <th scope="col" className={cn(head, 'w-6 text-right')}>
            <span aria-hidden>#</span>
            <span className="sr-only">Rank</span>
          </th>
          <th scope="col" className={cn(head, 'w-14 pl-3 text-left')}>
            <span aria-hidden title="Change of rank against the window before">
              Δ
            </span>
            <span className="sr-only">Change of rank</span>
          </th>
          <th scope="col" className={cn(head, 'pl-1 text-left')}>
            {looks.name}
          </th>
          <th scope="col" className={cn(head, 'w-16 text-right')}>
            Posts
          </th>
          <th scope="col" className={cn(head, 'w-40 pl-6 text-right xl:w-44 2xl:w-[36%]')}>
            Expected
          </th>
          <th scope="col" className={cn(head, 'w-16 text-right')}>
            Times
          </th>
          <th scope="col" className={cn(head, 'w-18 text-right')}>
            Authors
          </th>
          <th scope="col" className={cn(head, 'hidden w-28 pr-2 text-right xl:table-cell')}>
            Last 6 windows
          </th>
        </tr>
      </thead>
      <tbody ref={body} onPointerLeave={() => setHeld(null)} onBlur={() => setHeld(null)}>
        {order.map((term) => {
          const row = byTerm.get(term);
          if (row === undefined) return null;
          return (
            <Row
              key={term}
              row={row}
              looks={looks}
              most={most}
              isChosen={chosen === term}
              canChoose={onChoose !== undefined}
              onHold={() => setHeld(term)}
            />
          );
        })}
      </tbody>
    </table>
  );
}

function Row(props: {
  row: TrendRow;
  looks: TermLooks;
  most: number;
  isChosen: boolean;
  canChoose: boolean;
  onHold: () => void;
}) {
  const { row, looks, most, isChosen, canChoose, onHold } = props;
  const { term, rank, previousRank, count, authors, expected, recent } = row;
  const name = `${looks.prefix}${term}`;
  const cell = 'border-t py-0 max-sm:border-0';
  return (
    <tr
      data-row={term}
      onPointerEnter={(event) => event.pointerType === 'mouse' && onHold()}
      onFocus={onHold}
      className={cn(
        'relative h-9 bg-surface hover:bg-surface-2 max-sm:grid max-sm:h-auto max-sm:grid-cols-[24px_1fr_auto_64px] max-sm:items-center max-sm:gap-x-3 max-sm:border-t max-sm:py-2',
        isChosen && 'bg-brand-soft hover:bg-brand-soft',
      )}
    >
      <td className={cn(cell, 'nums text-right text-fg-2')}>{rank}</td>
      <td className={cn(cell, 'pl-3 max-sm:col-start-2 max-sm:row-start-2 max-sm:pl-0')}>
        <RankMove rank={rank} previousRank={previousRank} />
        <span className="ml-2 text-fg-2 text-xs sm:hidden">
          expected {expected < 10 ? exact(Math.round(expected * 10) / 10) : exact(Math.round(expected))}
        </span>
      </td>
      <th
        scope="row"
        className={cn(
          cell,
          'max-w-0 pl-1 text-left font-medium max-sm:col-start-2 max-sm:row-start-1 max-sm:max-w-none max-sm:pl-0',
        )}
      >
        {canChoose ? (
          <Link
            to="/trending"
            search={(old: TrendingSearch) => ({ ...old, tag: term })}
            replace
            resetScroll={false}
            aria-current={isChosen}
            className="block truncate after:absolute after:inset-0"
            title={name}
          >
            {name}
          </Link>
        ) : (
          <Link {...postsLink(looks.posts(term))} className="block truncate hover:underline" title={name}>
            {name}
          </Link>
        )}
      </th>
      <td className={cn(cell, 'nums relative text-right max-sm:col-start-3 max-sm:row-start-1')}>
        <Link
          {...postsLink(looks.posts(term))}
          className="z-10 font-medium hover:underline"
          aria-label={`${exact(count)} posts with ${name}`}
        >
          {exact(count)}
        </Link>
      </td>
      <td className={cn(cell, 'pl-6 max-sm:hidden')}>
        <ExpectedBar count={count} expected={expected} most={most} />
      </td>
      <td className={cn(cell, 'nums text-right max-sm:col-start-3 max-sm:row-start-2')}>
        {timesText(count, expected)}
      </td>
      <td className={cn(cell, 'nums text-right text-fg-2 max-sm:hidden')}>{exact(authors)}</td>
      <td
        className={cn(
          cell,
          'hidden pr-2 max-sm:col-start-4 max-sm:row-span-2 max-sm:row-start-1 max-sm:block xl:table-cell',
        )}
      >
        <span className="flex justify-end">
          <MiniBars values={recent} width={64} />
          <span className="sr-only">{recent.map((posts) => exact(posts)).join(', ')}</span>
        </span>
      </td>
    </tr>
  );
}
