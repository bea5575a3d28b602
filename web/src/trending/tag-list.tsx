import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** One hashtag of a list. */
export type TagLine = {
  readonly tag: string;
  /** The value behind its bar. */
  readonly value: number;
  /** On the right, formatted. */
  readonly figures: ReactNode;
};

/** Hashtags in rows of 32 pixels with a bar behind each; each links to its page. */
export function TagList({ label, lines }: { label: string; lines: readonly TagLine[] }) {
  const most = Math.max(1e-9, ...lines.map(({ value }) => value));
  return (
    <ol aria-label={label} className="-mx-2">
      {lines.map(({ tag, value, figures }) => (
        <li key={tag} className="relative flex h-8 items-center gap-3 px-2 text-sm">
          <span
            aria-hidden
            className="absolute inset-y-0.5 left-0 rounded-[5px] bg-brand-soft"
            style={{ width: `${Math.max(0, value / most) * 100}%` }}
          />
          <Link
            to="/tag/$tag"
            params={{ tag }}
            className="relative min-w-0 flex-1 truncate hover:underline"
            title={`#${tag}`}
          >
            #{tag}
          </Link>
          <span className="nums relative flex items-center gap-3 text-right">{figures}</span>
        </li>
      ))}
    </ol>
  );
}
