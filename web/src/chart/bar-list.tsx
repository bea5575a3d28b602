import { useState } from 'react';
import type { Change } from '../format/change.ts';
import { exact, share as shareText } from '../format/numbers.ts';

/** One row of a list of bars. */
export type BarRow = {
  readonly name: string;
  /** The path of a picture that stands before the name; none shows when null, or when it does not load. */
  readonly image?: string | null | undefined;
  readonly count: number;
  /** Share of the whole, 0 to 1; left out when null. */
  readonly share?: number | null;
  /** Its rise or fall; nothing shows for no change, or without a comparison. */
  readonly change?: Change | null;
  /** The row's link: the posts behind it. */
  readonly href?: string | undefined;
  /** More about the row, on hover. */
  readonly title?: string | undefined;
};

/** Rows of 32 pixels with a bar behind each, its count and its share: terms, authors, languages, clients. */
export function BarList({ rows, label }: { rows: readonly BarRow[]; label: string }) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <ol aria-label={label} className="@container -mx-2">
      {rows.map((row) => (
        <li key={row.name} className="relative flex h-8 items-center gap-3 px-2 text-sm">
          <span
            aria-hidden
            className="absolute inset-y-0.5 left-0 rounded-[5px] bg-brand-soft"
            style={{ width: `${(row.count / most) * 100}%` }}
          />
          <span className="relative min-w-0 flex-1 truncate" title={row.title ?? row.name}>
            <RowImage image={row.image ?? null} />
            {row.href === undefined ? (
              row.name
            ) : (
              <a href={row.href} className="hover:underline">
                {row.name}
              </a>
            )}
          </span>
          <Rise change={row.change ?? null} />
          <span className="nums relative">{exact(row.count)}</span>
          {row.share != null && (
            <span className="nums relative w-11 text-right text-fg-2 text-xs">{shareText(row.share)}</span>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Decorative: the name is next to it. */
function RowImage({ image }: { image: string | null }) {
  const [failed, setFailed] = useState<string | null>(null);
  // The page's policy forbids pictures of other hosts.
  if (!image?.startsWith('/') || failed === image) return null;
  return (
    <img
      src={image}
      alt=""
      loading="lazy"
      className="-my-1 mr-2 inline-block h-5 w-7 object-contain align-middle"
      onError={() => setFailed(image)}
    />
  );
}

function Rise({ change }: { change: Change | null }) {
  if (change === null || change.direction === 'same' || change.direction === 'none') return null;
  return (
    // In a narrow card the names need this space; the table has the value.
    <span className="nums relative whitespace-nowrap text-axis text-fg-2 @max-[300px]:hidden">
      <span aria-hidden>{change.arrow} </span>
      <span className="sr-only">{change.direction} </span>
      {change.text === 'from 0' ? 'new' : change.text}
    </span>
  );
}
