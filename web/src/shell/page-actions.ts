/** Something that the page that shows can do. */
export type PageAction = { readonly label: string; readonly run: () => void };

/**
 * What the page that shows can do now: its buttons that say so by `data-action`, as long as they can be seen and pressed.
 * The palette offers them by that name.
 */
export function pageActions(): readonly PageAction[] {
  const found = new Map<string, PageAction>();
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-action]')) {
    const label = button.dataset.action ?? '';
    if (button.disabled || button.getClientRects().length === 0 || found.has(label)) continue;
    found.set(label, { label, run: () => button.click() });
  }
  return [...found.values()];
}
