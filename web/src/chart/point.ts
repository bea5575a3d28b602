/** The text of a chart's mark: for its tooltip, and for keyboard users. */
export type Point = {
  /** The bucket or the cell: `week of Jul 6, 2026`. */
  readonly title: string;
  /** Its figures: `Posts`, `1,547`. */
  readonly rows: readonly { readonly label: string; readonly text: string }[];
  /** A remark: `in progress`, `28% estimated: 200 × (likes + reposts)`. */
  readonly note?: string | undefined;
};

/** The marks of a chart in order: a list, or a source that makes each mark when needed. */
export type Points = { readonly length: number; at(index: number): Point | undefined };

/** Makes marks when somebody hovers over them or moves to them: formatting hundreds of dates takes a while. */
export function pointsFrom<Mark>(
  marks: readonly Mark[],
  pointOf: (mark: Mark, index: number) => Point,
): Points {
  return {
    length: marks.length,
    at: (index) => {
      const mark = marks.at(index);
      return mark === undefined ? undefined : pointOf(mark, index);
    },
  };
}

/** The point as a sentence, for the live region. */
export function spoken({ title, rows, note }: Point): string {
  return [title, ...rows.map(({ label, text }) => `${label} ${text}`), ...(note ? [note] : [])].join(', ');
}

/** The point as an element for the tooltip: text nodes only, so that no post can inject markup. */
export function tooltipOf({ title, rows, note }: Point): HTMLElement {
  const box = document.createElement('div');
  box.className = 'chart-tip';
  const add = (parent: HTMLElement, className: string, text: string) => {
    const element = parent.appendChild(document.createElement('span'));
    element.className = className;
    element.textContent = text;
  };
  add(box, 'chart-tip-title', title);
  for (const { label, text } of rows) {
    const row = box.appendChild(document.createElement('div'));
    row.className = 'chart-tip-row';
    add(row, 'chart-tip-label', label);
    add(row, 'chart-tip-value', text);
  }
  if (note) add(box, 'chart-tip-note', note);
  return box;
}
