const due = new Set<object>();

/** Notes that a chart in view is still to be drawn; returns what says that it is. */
export function noteDue(): () => void {
  const chart = {};
  due.add(chart);
  return () => {
    due.delete(chart);
  };
}

/** Whether charts in view are still to be drawn. */
export const isAnyDue = (): boolean => due.size > 0;
