import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

type RowLinkProps = {
  href: string;
  /** Does something else than following the link, and returns true; not asked of a click with a modifier. */
  onFollow?: (() => boolean) | undefined;
  children: ReactNode;
  className?: string;
};

/**
 * The link that a whole row of an endless list is. Lighter than the router's own, which is made for few: a row that
 * scrolls into view has to be there within a frame.
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
