const key = Symbol('attached');

type Owner = { readonly [key]?: Map<unknown, object> };

/**
 * Returns what `make` attaches to an object: it is made at the first call, is the same later, and lives as long as the
 * object. A copy of the object has nothing attached.
 *
 * Use it for objects of one request, such as contexts and scopes, and a WeakMap for objects that live long. V8 keeps the
 * values of a WeakMap alive in each collection of young objects, with all that they refer to: what a request had loaded
 * was copied until the next full collection, and a pause took 10 ms in place of 1.
 */
export function attached<Thing extends object, Value extends object>(
  owner: Thing & Owner,
  make: (owner: Thing) => Value,
): Value {
  let own = owner[key];
  if (own === undefined) {
    own = new Map();
    // Not enumerable: `{ ...owner }` does not copy it.
    Object.defineProperty(owner, key, { value: own });
  }
  let value = own.get(make) as Value | undefined; // safe: the map's only writer is below
  if (value === undefined) {
    value = make(owner);
    own.set(make, value);
  }
  return value;
}
