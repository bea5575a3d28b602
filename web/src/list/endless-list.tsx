import {
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useKeys } from '../shell/keys.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import type { Edge, Loaded, Pages } from './pages.ts';
import { useRowsInView } from './use-rows-in-view.ts';

type EndlessListProps<Row> = {
  /** Its name, for screen readers. */
  label: string;
  pages: Pages<Row>;
  /** All rows have one height, so that a million of them need no measuring. */
  rowHeight: number;
  keyOf: (row: Row) => string;
  /**
   * Draws a row, in a light form while it passes too fast to read. `Enter` opens its first link, which gets the focus
   * when the keys move to the row. Keep the function stable.
   */
  renderRow: (row: Row, isLight: boolean) => ReactNode;
  /** The action of `o`; `Enter` follows the row's link. */
  onOpen?: (row: Row) => void;
  /** Whether a row is open next to the list. */
  isOpen?: (row: Row) => boolean;
  /** Shown when there are no rows. */
  empty: ReactNode;
  /** The name of rows before the first one: "newer posts". */
  beforeName?: string;
};

// Half a page of rows ahead, so that it loads while earlier rows are read.
const aheadRows = 50;

/**
 * An endless list that scrolls with the page; only visible rows exist. `j` and `k` move between rows, `Enter` and `o`
 * open one.
 */
export function EndlessList<Row>(props: EndlessListProps<Row>) {
  const { label, pages, rowHeight, keyOf, renderRow, onOpen, isOpen, empty, beforeName } = props;
  const loaded = useSyncExternalStore(pages.subscribe, pages.loaded);
  const { rows, before, after } = loaded;
  const box = useRef<HTMLDivElement>(null);
  const margin = useTop(box);
  const [active, setActive] = useState<number | null>(null);
  const at = active === null ? null : active + loaded.added;
  const { first, end, isFast } = useRowsInView({ top: margin, rowHeight, count: rows.length });
  useKeepPlace(loaded, rowHeight);
  // The focused row stays even when it is not visible; otherwise the focus would be lost.
  const indexes = Array.from({ length: end - first }, (_, index) => first + index);
  if (at !== null && at >= 0 && at < rows.length) {
    if (at < first) indexes.unshift(at);
    else if (at >= end) indexes.push(at);
  }
  const last = end - 1;
  const isNearStart = first < aheadRows;
  const isNearEnd = last > rows.length - aheadRows;
  useEffect(() => {
    if (isNearEnd && after.kind === 'more') void pages.loadAfter();
  }, [isNearEnd, after, pages]);
  const scrolls = useHasScrolled();
  useEffect(() => {
    // Not before somebody scrolls: rows added above would push away what is being read.
    if (isNearStart && scrolls && before.kind === 'more') void pages.loadBefore();
  }, [isNearStart, scrolls, before, pages]);

  const focusActive = useEffectEvent(() => {
    if (at !== null)
      box.current?.querySelector<HTMLElement>(`[data-index="${at}"] a`)?.focus({ preventScroll: true });
  });
  const [steps, setSteps] = useState(0);
  useEffect(() => {
    if (steps > 0) requestAnimationFrame(focusActive);
  }, [steps]);
  const step = (by: -1 | 1) => {
    if (rows.length === 0) return;
    const inView = Math.max(0, Math.floor((window.scrollY + 120 - margin) / rowHeight));
    const next = at === null ? inView : Math.min(rows.length - 1, Math.max(0, at + by));
    setActive(next - loaded.added);
    showRow(margin + next * rowHeight, rowHeight);
    setSteps(steps + 1);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ...(onOpen !== undefined && {
      o: () => {
        const row = at === null ? undefined : rows[at];
        if (row !== undefined) onOpen(row);
      },
    }),
  });

  const { added } = loaded;
  const noteFocus = useCallback((index: number) => setActive(index - added), [added]);

  if (loaded.isReady && rows.length === 0) return empty;
  return (
    <div ref={box}>
      {beforeName !== undefined && before.kind !== 'end' && (
        <EdgeRow edge={before} name={beforeName} onLoad={() => void pages.loadBefore()} />
      )}
      <div
        role="feed"
        aria-label={label}
        aria-busy={!loaded.isReady || after.kind === 'loading'}
        className="relative"
        style={{ height: (loaded.isReady ? rows.length : 12) * rowHeight }}
      >
        {!loaded.isReady && after.kind !== 'failed' && <WaitingRows rows={12} height={rowHeight} />}
        {indexes.map((index) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <Item
              key={keyOf(row)}
              row={row}
              index={index}
              top={index * rowHeight}
              height={rowHeight}
              count={after.kind === 'end' && before.kind === 'end' ? rows.length : -1}
              isOpen={isOpen?.(row) ?? false}
              isFast={isFast}
              render={renderRow}
              onFocus={noteFocus}
            />
          );
        })}
      </div>
      <EdgeRow edge={after} name="more" onLoad={() => void pages.loadAfter()} />
    </div>
  );
}

type ItemProps<Row> = {
  row: Row;
  index: number;
  top: number;
  height: number;
  /** Rows of the whole list; -1 while unknown. */
  count: number;
  isOpen: boolean;
  /** Whether it passes too fast to read. */
  isFast: boolean;
  render: (row: Row, isLight: boolean) => ReactNode;
  onFocus: (index: number) => void;
};

function ItemOf<Row>(props: ItemProps<Row>) {
  const { row, index, top, height, count, isOpen, isFast, render, onFocus } = props;
  // A row that was drawn in full stays so: going back is work, too.
  const [isWhole, setWhole] = useState(!isFast);
  if (!isFast && !isWhole) setWhole(true);
  return (
    <article
      data-index={index}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-current={isOpen || undefined}
      className="absolute inset-x-0 top-0 overflow-hidden border-b bg-surface contain-strict focus-within:bg-surface-2 aria-[current=true]:bg-brand-soft"
      style={{ height, transform: `translateY(${top}px)` }}
      onFocus={() => onFocus(index)}
    >
      {render(row, !isWhole)}
    </article>
  );
}

/** Scrolls as little as needed to show a whole row, below the parts that stay at the top of the window. */
function showRow(top: number, height: number): void {
  const { scrollPaddingTop } = getComputedStyle(document.documentElement);
  const above = top - (Number.parseFloat(scrollPaddingTop) || 0);
  const below = top + height - window.innerHeight;
  if (above < window.scrollY) window.scrollTo({ top: above, behavior: 'instant' });
  else if (below > window.scrollY) window.scrollTo({ top: below, behavior: 'instant' });
}

/** A row in its place. Memoized: a window has about thirty rows, and a frame adds one. */
const Item = memo(ItemOf) as typeof ItemOf;

/** The end of the list: nothing more, more, or an error. Its height is constant, so that nothing jumps. */
function EdgeRow({ edge, name, onLoad }: { edge: Edge; name: string; onLoad: () => void }) {
  return (
    <div className="flex h-14 items-center justify-center gap-3 text-fg-3 text-xs">
      {edge.kind === 'end' && 'That is all'}
      {edge.kind === 'loading' && <span role="status">Loading {name}</span>}
      {edge.kind === 'more' && (
        <Button size="sm" onClick={onLoad}>
          Load {name}
        </Button>
      )}
      {edge.kind === 'failed' && (
        <div role="alert" className="flex items-center gap-3">
          <span className="text-danger">
            {edge.problem.title}: {edge.problem.hint}
          </span>
          <Button size="sm" onClick={onLoad}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

function WaitingRows({ rows, height }: { rows: number; height: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return Array.from({ length: rows }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change
    <div key={index} className="flex flex-col justify-center gap-2 border-b px-4" style={{ height }}>
      <Skeleton className="h-3 w-44" />
      <Skeleton className={index % 3 === 0 ? 'h-3 w-1/2' : 'h-3 w-5/6'} />
    </div>
  ));
}

/** The distance of the list from the top of the page; updated when something above changes its height. */
function useTop(box: React.RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const read = () => {
      const feed = box.current?.querySelector('[role=feed]');
      if (feed) setTop(Math.round(feed.getBoundingClientRect().top + window.scrollY));
    };
    read();
    const observer = new ResizeObserver(read);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [box]);
  return top;
}

/** Scrolls the page, before it is painted, by the height of rows added or removed above the visible ones. */
function useKeepPlace<Row>(loaded: Loaded<Row>, rowHeight: number): void {
  const shown = useRef(loaded);
  useLayoutEffect(() => {
    const moved = loaded.added - shown.current.added;
    const isSame = loaded.isReady && shown.current.isReady;
    shown.current = loaded;
    if (moved !== 0 && isSame) window.scrollBy({ top: moved * rowHeight, behavior: 'instant' });
  }, [loaded, rowHeight]);
}

function useHasScrolled(): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    const note = () => setHas(true);
    window.addEventListener('wheel', note, { once: true, passive: true });
    window.addEventListener('touchmove', note, { once: true, passive: true });
    window.addEventListener('keydown', note, { once: true });
    return () => {
      window.removeEventListener('wheel', note);
      window.removeEventListener('touchmove', note);
      window.removeEventListener('keydown', note);
    };
  }, []);
  return has;
}
