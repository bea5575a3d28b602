import type { CombinedError } from 'urql';

/** An error in the form that people see. */
export type Problem = {
  /** `extensions.code` of the API; `OFFLINE` when the server does not answer. */
  readonly code: string;
  /** What happened, in plain words. */
  readonly title: string;
  /** The API's message, or advice. */
  readonly hint: string;
  /** When a retry may help; null when waiting does not help. */
  readonly retryAt: string | null;
  /** Full information, for Details. */
  readonly details: string;
};

/** One error of a response: a card needs it to show that its own field failed. */
export type FieldError = { readonly path: readonly (string | number)[]; readonly problem: Problem };

const titles: Record<string, string> = {
  ACCOUNT_PROTECTED: 'This account is protected',
  ACCOUNT_SUSPENDED: 'This account is suspended',
  BAD_INPUT: 'This request is not valid',
  BUDGET_EXCEEDED: "This month's budget is used up",
  FORBIDDEN: 'Your key may not do this',
  INTERNAL: 'The server failed',
  NOT_FOUND: 'Nothing collected of this yet',
  OFFLINE: 'The server does not answer',
  PROVIDER_NOT_CONFIGURED: 'No configured provider can fetch this',
  PROVIDER_UNAVAILABLE: 'The provider does not answer',
  QUERY_TOO_COMPLEX: 'This asks for more than the server allows',
  RATE_LIMITED: 'Too many requests at the moment',
  STORE_UNAVAILABLE: 'The database is not available',
  TIMEOUT: 'This took longer than the server allows',
  UNAUTHENTICATED: 'A key is needed',
};

/** Describes a code of the API in plain words. */
export function titleOf(code: string): string {
  return titles[code] ?? 'This failed';
}

/** Codes for which a coarser step or a shorter range helps. */
export const tooMuch: ReadonlySet<string> = new Set(['QUERY_TOO_COMPLEX', 'TIMEOUT']);

/** Returns the first problem of a failed request; null without an error. */
export function problemOf(error: CombinedError | undefined): Problem | null {
  if (error === undefined) return null;
  const first = error.graphQLErrors[0];
  if (first !== undefined) return problem(first);
  return {
    code: 'OFFLINE',
    title: titles.OFFLINE as string,
    hint: 'It may be restarting. This page keeps trying.',
    retryAt: null,
    details: error.networkError?.message ?? error.message,
  };
}

/** Returns the problems of single fields in a partial response. */
export function fieldErrors(error: CombinedError | undefined): FieldError[] {
  return (error?.graphQLErrors ?? []).flatMap((each) =>
    each.path === undefined ? [] : [{ path: each.path, problem: problem(each) }],
  );
}

/** Whether the API requires a key. */
export function needsKey(error: CombinedError | undefined): boolean {
  return (
    (error?.response as Response | undefined)?.status === 401 ||
    (error?.graphQLErrors ?? []).some(({ extensions }) => extensions.code === 'UNAUTHENTICATED')
  );
}

function problem(error: CombinedError['graphQLErrors'][number]): Problem {
  const { code, retryAt } = error.extensions as { code?: unknown; retryAt?: unknown };
  const known = typeof code === 'string' ? code : 'INTERNAL';
  return {
    code: known,
    title: titleOf(known),
    hint: error.message,
    retryAt: typeof retryAt === 'string' ? retryAt : null,
    details: JSON.stringify(
      { message: error.message, path: error.path, extensions: error.extensions },
      null,
      2,
    ),
  };
}
