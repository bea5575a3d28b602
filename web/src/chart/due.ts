const due = new Set<object>();

/** Notes that a visible chart is not drawn yet; returns a function to call when it is. */
export function noteDue(): () => void {
  const chart = {};
  due.add(chart);
  return () => {
    due.delete(chart);
  };
}

/** Whether a visible chart is not drawn yet. */
export const isAnyDue = (): boolean => due.size > 0;
