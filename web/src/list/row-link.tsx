import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

type RowLinkProps = {
  href: string;
  /** Handles a click without following the link, and returns true; not called for a click with a modifier key. */
  onFollow?: (() => boolean) | undefined;
  children: ReactNode;
  className?: string;
};

/**
 * The link that covers a whole row of an endless list. It is lighter than the router's link, since a row must appear
 * within a frame when it scrolls into view.
 */
export function RowLink({ href, onFollow, children, className = '' }: RowLinkProps) {
  const router = useRouter();
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    if (onFollow?.() !== true) void router.navigate({ href });
  };
  return (
    <a
      href={href}
      onClick={follow}
      className={`${className} after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-ring focus-visible:after:-outline-offset-2`}
    >
      {children}
    </a>
  );
}
