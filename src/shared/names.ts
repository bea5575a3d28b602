/** Names that can be chosen from, each with the sentence that the API says of it, or `unbuilt`. */
type Described<Name extends string> = Readonly<Record<Name, { readonly description: string | null }>>;

/** Marks a name that the store has room for and nothing brings yet: the API does not tell of it. */
export const unbuilt = { description: null } as const;

/** Returns all names, the unbuilt ones too, in their order. */
export function namesOf<Name extends string>(described: Described<Name>): [Name, ...Name[]] {
  return Object.keys(described) as [Name, ...Name[]]; // safe: these are its keys, and none of ours is empty
}

/** Returns what the API tells of, for an enum of it. Typed by all names, as rows are: no row has an unbuilt one. */
export function builtOf<Name extends string>(
  described: Described<Name>,
): Readonly<Record<Name, { readonly description: string }>> {
  const built = Object.entries<{ readonly description: string | null }>(described).filter(
    ([, { description }]) => description !== null,
  );
  return Object.fromEntries(built) as ReturnType<typeof builtOf<Name>>; // safe: see above
}

/** Whether a text from outside is one of the names that the API tells of. */
export function isNameOf<Name extends string>(described: Described<Name>, text: unknown): text is Name {
  return (
    typeof text === 'string' && Object.hasOwn(described, text) && described[text as Name].description !== null
  );
}
