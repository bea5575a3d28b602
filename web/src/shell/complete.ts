import { useEffect } from 'react';

/**
 * Marks the page as complete: each of its cards is loaded, be it empty or failed. Tests and pictures wait for
 * `data-complete` on `<main>`.
 */
export function useComplete(isComplete: boolean): void {
  useEffect(() => {
    const main = document.querySelector('main');
    if (main === null || !isComplete) return;
    main.dataset.complete = '';
    return () => {
      delete main.dataset.complete;
    };
  }, [isComplete]);
}
