const key = Symbol('attached');

type Owner = { readonly [key]?: Map<unknown, object> };

/**
 * Returns what `make` attaches to an object: it is made at the first call, is the same later, and lives as long as the
 * object. A copy of the object has nothing attached.
 *
 * Use it for objects of one request, such as contexts and scopes. Use a WeakMap for objects that live long. A collection
 * of young objects keeps all values of a WeakMap, even when their keys are dead. With WeakMaps, what a request had loaded
 * survived until the next full collection, and pauses were longer.
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
