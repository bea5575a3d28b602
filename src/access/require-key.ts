import { isLoopback } from '../shared/loopback.ts';
import type { KeyRing } from './key-ring.ts';

/** Throws when other machines could reach a server that nobody has a key for; the message says what to type. */
export function requireKey(host: string, { off }: { readonly off: boolean }, keys: KeyRing): void {
  if (off || isLoopback(host) || keys.hasUsable()) return;
  throw new Error(
    `HOST=${host} lets other machines in, and there is no key yet: make one with ` +
      '`larkstat keys create <name> --scope admin`, set API_KEY, or say AUTH=off if everybody may do everything',
  );
}
