/** An action of the current page. */
export type PageAction = { readonly label: string; readonly run: () => void };

/**
 * The current actions of the page: its visible, enabled buttons with `data-action`, which gives their name in the
 * palette.
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
