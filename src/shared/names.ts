/** Names that can be chosen from, each with the sentence that the API says of it. */
type Described<Name extends string> = Readonly<Record<Name, { readonly description: string }>>;

/** The names in the order they are told. */
export function namesOf<Name extends string>(described: Described<Name>): [Name, ...Name[]] {
  return Object.keys(described) as [Name, ...Name[]]; // safe: these are its keys, and none of ours is empty
}

/** Whether a text from outside is one of the names. */
export function isNameOf<Name extends string>(described: Described<Name>, text: unknown): text is Name {
  return typeof text === 'string' && Object.hasOwn(described, text);
}
