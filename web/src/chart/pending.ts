const due = new Set<object>();

/** Notes that a visible chart is not drawn yet; returns a function to call when it is. */
export function markPending(): () => void {
  const chart = {};
  due.add(chart);
  return () => {
    due.delete(chart);
  };
}

/** Whether a visible chart is not drawn yet. */
export const isAnyPending = (): boolean => due.size > 0;
