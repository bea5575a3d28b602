import type { ZodError } from 'zod';

/** The path and the message of the first thing that zod found wrong, e.g. `legacy.full_text: expected string`. */
export function firstIssue(error: ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'unreadable' : `${issue.path.join('.')}: ${issue.message}`;
}
