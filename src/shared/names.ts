/** A set of names, each with the API's description, or `unbuilt`. */
type Described<Name extends string> = Readonly<Record<Name, { readonly description: string | null }>>;

/** Marks a name that the store allows but nothing produces yet; the API does not show it. */
export const unbuilt = { description: null } as const;

/** Returns all names in order, including unbuilt ones. */
export function namesOf<Name extends string>(described: Described<Name>): [Name, ...Name[]] {
  return Object.keys(described) as [Name, ...Name[]]; // safe: these are its keys, and none of ours is empty
}

/**
 * Returns the names that the API shows, for an enum. It is typed with all names, as rows are, although no row has an
 * unbuilt one.
 */
export function builtOf<Name extends string>(
  described: Described<Name>,
): Readonly<Record<Name, { readonly description: string }>> {
  const built = Object.entries<{ readonly description: string | null }>(described).filter(
    ([, { description }]) => description !== null,
  );
  return Object.fromEntries(built) as ReturnType<typeof builtOf<Name>>; // safe: see above
}

/** Whether an untrusted text is one of the names that the API shows. */
export function isNameOf<Name extends string>(described: Described<Name>, text: unknown): text is Name {
  return (
    typeof text === 'string' && Object.hasOwn(described, text) && described[text as Name].description !== null
  );
}
