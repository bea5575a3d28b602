import { isLoopback } from '../shared/loopback.ts';
import type { KeyRing } from './key-ring.ts';

/** Throws when other machines can reach a server for which no key exists; the message says what to do. */
export function requireKey(host: string, { off }: { readonly off: boolean }, keys: KeyRing): void {
  if (off || isLoopback(host) || keys.hasUsable()) return;
  throw new Error(
    `HOST=${host} lets other machines connect, and there is no key yet: create one with ` +
      '`larkstat keys create <name> --scope admin`, set API_KEY, or set AUTH=off if everybody may do everything',
  );
}
