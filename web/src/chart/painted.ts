import { isAnyDue } from './due.ts';

/** Runs something once what is there now has been painted, with each chart that is in view; returns what cancels it. */
export function whenPainted(run: () => void): () => void {
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    frame = requestAnimationFrame(() => {
      // What is drawn now is painted with this frame, after which the timer comes.
      const isDrawn = !isAnyDue();
      timer = setTimeout(() => (isDrawn && !isAnyDue() ? run() : look()));
    });
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
