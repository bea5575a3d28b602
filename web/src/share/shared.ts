/** The share link that opened this tab. */
export type Shared = {
  /** The token for the API; null when the link has no valid one. */
  readonly token: string | null;
  /** When the link expires, in milliseconds since 1970; null without a token. */
  readonly until: number | null;
  /** Whether this page is made for a frame on another site: below /embed. */
  readonly embedded: boolean;
  /** The one card that an embedded page shows, by its anchor; null: all of them. */
  readonly card: string | null;
};

/** The first part of an embedded page's address. */
export const embedRoot = '/embed';
const name = 'larkstat:share';

/**
 * Reads the share in an address. `kept` is the token with which this tab was opened, since only the first address
 * contains it. An embedded page uses only the token of its own address, and never a key: any site may frame it.
 */
export function readShared({ pathname, searchParams }: URL, kept: string | null): Shared | null {
  const embedded = pathname.startsWith(`${embedRoot}/`);
  const given = searchParams.get('share');
  const token = given ?? (embedded ? null : kept);
  if (token === null && !embedded) return null;
  const seconds = /^share_\d{1,9}_(\d{1,12})_[\w-]{43}$/.exec(token ?? '')?.[1];
  const anchor = searchParams.get('card') ?? '';
  return {
    token: seconds === undefined ? null : token,
    until: seconds === undefined ? null : Number(seconds) * 1_000,
    embedded,
    card: embedded && /^[A-Za-z][\w-]{0,60}$/.test(anchor) ? anchor : null,
  };
}

/** Whether the page at an address can be shared. */
export const canBeShared = (pathname: string): boolean =>
  /^\/((x|topic|twitch|tag)\/[^/]+|compare|trending)$/.test(pathname);

function open(): Shared | null {
  const address = new URL(location.href);
  // In a frame on another site there may be no storage.
  const found = readShared(
    address,
    address.pathname.startsWith(embedRoot) ? null : sessionStorage.getItem(name),
  );
  if (found !== null && !found.embedded && found.token !== null) sessionStorage.setItem(name, found.token);
  // Removes the token from the address bar, so that a copied or overseen address does not contain it.
  if (address.searchParams.has('share')) {
    address.searchParams.delete('share');
    history.replaceState(history.state, '', address);
  }
  return found;
}

/** The share that this tab shows; null without one. */
export const shared: Shared | null = open();

/** Leaves the shared page and opens the dashboard, which needs a key. */
export function leaveShared(): void {
  sessionStorage.removeItem(name);
  location.assign('/');
}
