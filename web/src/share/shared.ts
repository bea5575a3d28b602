/** What this tab was opened with, when it was opened by a link that shares a page. */
export type Shared = {
  /** What the API is asked with; null when the link has none that could be valid. */
  readonly token: string | null;
  /** When the link expires, in milliseconds since 1970; null without a token. */
  readonly until: number | null;
  /** Whether this is a page for the frame of another site: below /embed. */
  readonly embedded: boolean;
  /** The one card that an embedded page shows, by its anchor; null: all of them. */
  readonly card: string | null;
};

/** The part of an address that embedded pages begin with. */
export const embedRoot = '/embed';
const name = 'larkstat:share';

/**
 * Reads what an address shares. `kept` is the token that this tab was opened with earlier: the address of a page has it
 * at first only. An embedded page has that of its address and no other, and never a key: it may be in anybody's frame.
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

/** Whether an address is of a page that can be shared. */
export const canBeShared = (pathname: string): boolean =>
  /^\/((x|topic|twitch|tag)\/[^/]+|compare|trending)$/.test(pathname);

function open(): Shared | null {
  const address = new URL(location.href);
  // A frame of another site may have no storage at all.
  const found = readShared(
    address,
    address.pathname.startsWith(embedRoot) ? null : sessionStorage.getItem(name),
  );
  if (found !== null && !found.embedded && found.token !== null) sessionStorage.setItem(name, found.token);
  // Whoever copies the address, or looks over a shoulder, does not get the link with it.
  if (address.searchParams.has('share')) {
    address.searchParams.delete('share');
    history.replaceState(history.state, '', address);
  }
  return found;
}

/** What this tab shares; null for everybody who came by themselves. */
export const shared: Shared | null = open();

/** Leaves what was shared: the dashboard opens as it does for who has a key. */
export function leaveShared(): void {
  sessionStorage.removeItem(name);
  location.assign('/');
}
