import { Code, Ellipsis, Table2, TriangleAlert } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useConnection } from '../api/state.ts';
import { openSharing } from '../share/dialog-state.ts';
import { canBeShared, shared } from '../share/shared.ts';
import { compact, wholePercent } from '../format/numbers.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Chip, LiveDot } from '../ui/chip.tsx';
import { cn } from '../ui/cn.ts';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../ui/menu.tsx';
import { BarsSkeleton } from '../ui/skeleton.tsx';
import { toast } from '../ui/toasts.tsx';
import { download, fileName, type TableSource, tableFrom, toCsv } from './csv.ts';
import { DataTable } from './data-table.tsx';
import { OfflineChip } from './offline-chip.tsx';
import type { CardState } from './state.ts';
import { StateBody } from './states.tsx';

/** The parts of a card. */
export type CardProps = {
  title: string;
  /** One quiet line: "New York time", "posts that use it". Left out on phones. */
  scope?: ReactNode;
  /** The picture's height in pixels; every state has it. */
  height: number;
  state?: CardState;
  /** The shape shown while it loads; bars by default. */
  skeleton?: ReactNode;
  /** Segments and selects, at the right of the header. */
  controls?: ReactNode;
  /** The numbers behind the picture: for "show as table" and CSV. */
  table?: TableSource | null;
  /** The card's own query in GraphiQL: see `queryLink`. */
  queryHref?: string;
  /** Returns the picture as a PNG address: `ChartHandle.png`. */
  png?: () => string | undefined;
  /** The card's anchor, for "copy link". */
  anchor?: string;
  /** More entries of the ⋯ menu, such as Embed: `MenuItem`s. */
  more?: ReactNode;
  /** Names of fields that failed and are missing. */
  missing?: readonly string[];
  /** Share of the posts whose figure is not known. */
  unknownShare?: number | null;
  /** Posts per second of a running job that adds to the card; a dot shows that it is live. */
  livePerSecond?: number | null;
  /** The page's zone, for "offline, as of". */
  zone?: string;
  /** Below the picture. */
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
};

/** A card: a header with title, scope and tools, and the picture. All states have the same height. */
export function Card(props: CardProps) {
  const { title, scope, height, state = { kind: 'ready' }, skeleton, controls, table, className } = props;
  // GraphiQL is for people with a key.
  const queryHref = shared === null ? props.queryHref : undefined;
  const [asTable, setAsTable] = useState(false);
  const { lostAt } = useConnection();
  const heading = useId();
  const isReady = state.kind === 'ready';
  const showsTable = asTable && isReady && table != null;
  const isStale = lostAt !== null && isReady;
  return (
    <section
      id={props.anchor}
      aria-labelledby={heading}
      className={cn('card min-w-0 p-4 pt-0 sm:p-5 sm:pt-0 print:break-inside-avoid', className)}
    >
      <header className="flex min-h-12 flex-wrap items-center gap-x-2 gap-y-1 py-2">
        <h2 id={heading} className="font-semibold text-sm">
          {title}
        </h2>
        <Chips {...props} lostAt={isStale ? lostAt : null} />
        {/* It takes the remaining width, so that a long one never pushes the tools to a second line. */}
        {scope !== undefined && (
          <span className="hidden min-w-0 flex-[1_1_0] truncate text-fg-3 text-xs sm:block">{scope}</span>
        )}
        <div className="no-scrollbar ml-auto flex min-w-0 items-center gap-1 overflow-x-auto print:hidden">
          {controls}
          <div className="hidden items-center sm:flex">
            {table != null && (
              <IconButton
                label={asTable ? `${title} as a chart` : `${title} as a table`}
                aria-pressed={asTable}
                className="aria-pressed:bg-brand-soft aria-pressed:text-brand"
                onClick={() => setAsTable(!asTable)}
              >
                <Table2 size={14} />
              </IconButton>
            )}
            {queryHref !== undefined && (
              <Button variant="ghost" size="icon-sm" asChild>
                <a
                  href={queryHref}
                  aria-label={`The query of ${title}`}
                  title="Open its query"
                  target="_blank"
                  rel="noreferrer"
                >
                  <Code size={14} />
                </a>
              </Button>
            )}
          </div>
          <Tools {...props} asTable={asTable} onTable={() => setAsTable(!asTable)} />
        </div>
      </header>
      {!isReady ? (
        <StateBody state={state} height={height} skeleton={skeleton ?? <BarsSkeleton height={height} />} />
      ) : showsTable ? (
        <DataTable table={tableFrom(table)} caption={title} height={height} />
      ) : (
        <div data-stale={isStale || undefined} style={{ minHeight: height }}>
          {props.children}
        </div>
      )}
      {props.footer !== undefined && (isReady || state.kind === 'loading') && (
        <footer className="pt-3 text-fg-2 text-xs">{props.footer}</footer>
      )}
    </section>
  );
}

function Chips(props: CardProps & { lostAt: number | null }) {
  const { unknownShare, livePerSecond, missing = [], lostAt, zone = 'UTC' } = props;
  return (
    <>
      {unknownShare != null && unknownShare > 0 && <Chip>{wholePercent(unknownShare)} unknown</Chip>}
      {livePerSecond != null && (
        <Chip>
          <LiveDot /> {compact(livePerSecond)} posts/s
        </Chip>
      )}
      {lostAt !== null && <OfflineChip lostAt={lostAt} zone={zone} />}
      {missing.length > 0 && (
        <Chip tone="warn">
          <TriangleAlert size={12} /> without {missing.join(', ')}
        </Chip>
      )}
    </>
  );
}

function Tools(props: CardProps & { asTable: boolean; onTable: () => void }) {
  const { title, table, png, anchor, more, asTable, onTable } = props;
  const queryHref = shared === null ? props.queryHref : undefined;
  const copyLink = () => {
    const url = new URL(location.href);
    url.hash = anchor ?? '';
    void navigator.clipboard.writeText(url.href).then(
      () => toast('Link copied'),
      () => toast.error('The browser did not allow copying the link'),
    );
  };
  const savePng = () => {
    const address = png?.();
    if (address !== undefined) download(`${fileName(title)}.png`, address);
  };
  return (
    <Menu>
      <MenuTrigger asChild>
        <IconButton label={`More of ${title}`}>
          <Ellipsis size={15} />
        </IconButton>
      </MenuTrigger>
      <MenuContent>
        {table != null && (
          <MenuItem className="sm:hidden" onSelect={onTable}>
            {asTable ? 'Show as a chart' : 'Show as a table'}
          </MenuItem>
        )}
        {queryHref !== undefined && (
          <MenuItem className="sm:hidden" asChild>
            <a href={queryHref}>Open its query</a>
          </MenuItem>
        )}
        {table != null && (
          <MenuItem
            onSelect={() =>
              download(`${fileName(title)}.csv`, new Blob([toCsv(tableFrom(table))], { type: 'text/csv' }))
            }
          >
            Save as CSV
          </MenuItem>
        )}
        {png !== undefined && !asTable && <MenuItem onSelect={savePng}>Save as PNG</MenuItem>}
        {shared === null && <MenuItem onSelect={copyLink}>Copy link</MenuItem>}
        {shared === null && anchor !== undefined && canBeShared(location.pathname) && (
          <MenuItem onSelect={() => openSharing(anchor)}>Embed…</MenuItem>
        )}
        {more}
      </MenuContent>
    </Menu>
  );
}
