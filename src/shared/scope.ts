/** What a key allows; each includes those before it. */
export const scopes = {
  read: { description: 'All queries and subscriptions, and no changes.' },
  write: { description: 'Mutations too: imports, fetches, schedules, jobs; and what may cost money.' },
  admin: { description: 'Everything, erasing included.' },
} as const;
export type Scope = keyof typeof scopes;

const rank: Readonly<Record<Scope, number>> = { read: 0, write: 1, admin: 2 };

/** Whether one scope includes another. */
export const includesScope = (has: Scope, needed: Scope): boolean => rank[has] >= rank[needed];
