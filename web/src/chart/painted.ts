import { isAnyPending } from './pending.ts';

/** Runs a function after the current content and all visible charts are painted; returns a function that cancels it. */
export function whenPainted(run: () => void): () => void {
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    frame = requestAnimationFrame(() => {
      // Charts drawn now are painted in this frame, and the timer comes after it.
      const isDrawn = !isAnyPending();
      timer = setTimeout(() => (isDrawn && !isAnyPending() ? run() : look()));
    });
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
