import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from '../shared/public-address.ts';

export type Address = { readonly address: string; readonly family: number };

/** Resolves a host name. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

/** Resolves like the system, including its hosts file. */
export const systemResolve: Resolve = (host) => systemLookup(host, { all: true, verbatim: true });

/** A name has an address that is not public. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/**
 * A look-up whose addresses are used for the connection itself, so that a name that changes its address afterwards has
 * no effect. One private address among several refuses the name.
 */
export function checkedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (host, options, done) => {
    resolve(host).then(
      (found) => {
        const [first] = found;
        if (first === undefined) return done(new Error(`${host} has no address`), '');
        if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) {
          return done(new PrivateAddressError(`${host} has a private address`), '');
        }
        // Node requests all addresses when it tries several in turn.
        if (options.all)
          done(null, found as { address: string; family: number }[]); // safe: it is only read
        else done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    );
  };
}
