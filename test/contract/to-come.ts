/** What the contract has and the schema does not have yet. A name stands for everything inside it. */
export const toCome: readonly string[] = [];

/** What the schema has with another type or default than the contract, and is still to change. */
export const toChange: readonly string[] = [];

/** Required arguments of the schema that the contract does not have, and that are still to leave. */
export const toLeave: readonly string[] = [];
