import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from '../shared/public-address.ts';

export type Address = { readonly address: string; readonly family: number };

/** Finds the addresses of a name. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

/** As the system does, its hosts file included. */
export const systemResolve: Resolve = (host) => systemLookup(host, { all: true, verbatim: true });

/** A name leads to an address that is not of the internet. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/**
 * A look-up for a connection, which is then made to these very addresses: a name that is looked up again, and has
 * another address by then, changes nothing. One private address among several refuses the name.
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
        // Node asks for all of them when it tries several in turn.
        if (options.all)
          done(null, found as { address: string; family: number }[]); // safe: it is only read
        else done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    );
  };
}
