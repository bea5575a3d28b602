import { z } from 'zod';
import { toIso } from '../../shared/instant.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { ProviderError, type Remedy } from '../provider-error.ts';
import type { AnswerError } from '../net/answer-error.ts';
import { resetTime } from '../net/reset-time.ts';
import { isWire } from '../x/json.ts';
import { type AnswerHeaders, retryTime } from './limits.ts';

const provider = 'X_API';
const word = z.string().nullish().catch(null);

/** A problem that the API reports: the body of a refusal, or an element of `errors` in a partial answer. */
export const problemSchema = z.object({
  title: word,
  detail: word,
  type: word,
  resource_type: word,
  resource_id: word,
  value: word,
});
export type Problem = z.infer<typeof problemSchema>;

/** The API refused the parameters of a request. The caller corrects some of them and asks again. */
export class InvalidRequestError extends ProviderError {
  constructor(
    /** The refused parameters; empty when the API does not name them. */
    readonly parameters: readonly string[],
    detail: string,
  ) {
    const isQuery = parameters.includes('query');
    super({
      provider,
      code: isQuery ? 'BAD_INPUT' : 'PROVIDER_UNAVAILABLE',
      message: isQuery ? `it does not accept this search: ${detail}` : `it refuses the request: ${detail}`,
      remedy: 'NEXT',
    });
  }
}

/** Returns the error for an answer with a status outside 2xx. */
export function refusal(
  answer: { readonly status: number; readonly body: unknown; readonly headers: AnswerHeaders },
  now: number,
): ProviderError {
  const { status, headers } = answer;
  const body = isWire(answer.body) ? answer.body : {};
  const problem = problemSchema.parse(body);
  const detail = problem.detail ?? problem.title;
  const said = detail ?? `status ${status}`;
  const more = (mark: string) => (detail ? `${mark}${detail}` : '');
  if (isSpent(status, problem)) {
    const resetAt = typeof body.reset_date === 'string' ? resetTime(Date.parse(body.reset_date), now) : null;
    return failure(
      'BUDGET_EXCEEDED',
      'NEXT',
      `the credits or the cap of its account are used up: ${said}`,
      resetAt,
    );
  }
  if (status === 429 || status === 420) {
    const retryAt = retryTime(headers, now);
    return failure(
      'RATE_LIMITED',
      'NEXT',
      `it allows no more of these requests until ${toIso(retryAt)}`,
      retryAt,
    );
  }
  const ofAccount = accountFailure([problem]);
  if (ofAccount !== null) return ofAccount;
  if (status === 401 || status === 403) {
    const message = `it refused the key (${status}${more(', ')}): check X_BEARER_TOKEN and what its app may read`;
    return failure('PROVIDER_UNAVAILABLE', 'NEXT', message);
  }
  if (status === 400) return invalidRequest(body.errors, said);
  if (status >= 500 || status === 408 || status === 409)
    return temporaryFailure(`it answered with status ${status}`);
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `it answered with status ${status}${more(': ')}`);
}

/** Returns the error when the problems concern the requested account; null otherwise. */
export function accountFailure(problems: readonly Problem[]): ProviderError | null {
  for (const problem of problems) {
    const kind = problemKind(problem);
    if ((problem.resource_type ?? 'user') !== 'user') continue;
    const detail = problem.detail ?? problem.title ?? '';
    if (kind !== 'resource-not-found' && kind !== 'not-authorized-for-resource') continue;
    if (/suspended/i.test(detail))
      return failure('ACCOUNT_SUSPENDED', 'NONE', `X suspended the account: ${detail}`);
    if (kind === 'resource-not-found')
      return failure('NOT_FOUND', 'NONE', `X has no such account: ${detail}`);
    return failure(
      'ACCOUNT_PROTECTED',
      'NONE',
      `The account is protected, only its followers see it: ${detail}`,
    );
  }
  return null;
}

/** The last part of a problem's type, which is a URI on one of two hosts; null when it has none. */
export function problemKind(problem: Problem): string | null {
  return problem.type?.split('/').at(-1) ?? null;
}

/** The network or X's servers failed: a retry may succeed. */
export function temporaryFailure(what: string, cause?: Error): ProviderError {
  const message = `the request failed: ${what.replace(/\.$/, '')}`;
  const details = { provider, code: 'PROVIDER_UNAVAILABLE', message, remedy: 'RETRY' } as const;
  return new ProviderError(details, cause === undefined ? {} : { cause });
}

/** Returns the error for an answer that is incomplete or exceeds a limit. */
export function unusable(error: AnswerError): ProviderError {
  if (error.mayPass) return temporaryFailure(error.message, error);
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `it sent ${error.message}`);
}

/** The answer has an unknown format; `what` begins with the path of the field. */
export function misunderstood(what: string): ProviderError {
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `it answered in an unknown format, ${what}`);
}

function isSpent(status: number, problem: Problem): boolean {
  const kind = problemKind(problem);
  if (kind === 'usage-capped' || status === 402) return true;
  return kind === 'credits' || problem.title === 'CreditsDepleted' || problem.title === 'SpendCapReached';
}

function invalidRequest(errors: unknown, said: string): InvalidRequestError {
  const list = Array.isArray(errors) ? errors.filter(isWire) : [];
  const parameters = list.flatMap((error) => (isWire(error.parameters) ? Object.keys(error.parameters) : []));
  const messages = list.flatMap((error) => (typeof error.message === 'string' ? error.message : []));
  return new InvalidRequestError(parameters, messages.length > 0 ? messages.join('; ') : said);
}

function failure(
  code: ErrorCode,
  remedy: Remedy,
  message: string,
  retryAt: number | null = null,
): ProviderError {
  const known = retryAt === null ? {} : { retryAt: new Date(retryAt) };
  return new ProviderError({ provider, code, message, remedy, ...known });
}
