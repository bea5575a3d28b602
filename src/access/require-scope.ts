import { ForbiddenError } from '../shared/errors.ts';
import { includesScope, type Scope } from '../shared/scope.ts';
import type { Caller } from './caller.ts';

/** Throws FORBIDDEN when the caller's scope does not include the needed one; `what` begins the message. */
export function requireScope({ scope }: Caller, needed: Scope, what: string): void {
  if (includesScope(scope, needed)) return;
  throw new ForbiddenError(`${what} needs a key with scope ${needed}; this one has ${scope}`);
}
