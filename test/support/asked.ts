import { type Agent, type IncomingMessage, request } from 'node:http';

/** What one request came to. */
export type Outcome = {
  /** What was asked, as the question names it. */
  readonly kind: string;
  /** Milliseconds since 1970, when it was sent. */
  readonly at: number;
  readonly ms: number;
  /** `OK`, the code of the answer's first error, or what broke the connection. */
  readonly code: string;
  /** 0 without an answer. */
  readonly status: number;
  /** `hit`, `miss` or `stale`; null when the answer does not say. */
  readonly cache: string | null;
  readonly retryAfter: string | null;
};

/** What is asked, and what outcomes call it. */
export type Question = { readonly kind: string; readonly query: string };

/** A request that got no answer for so long is given up. */
const lateMs = 30_000;

/** Asks once. */
export async function ask(url: string, agent: Agent, { kind, query }: Question): Promise<Outcome> {
  const at = Date.now();
  const started = performance.now();
  const outcome = (rest: Pick<Outcome, 'code' | 'status' | 'cache' | 'retryAfter'>): Outcome => ({
    kind,
    at,
    ms: performance.now() - started,
    ...rest,
  });
  try {
    const { response, body } = await post(url, agent, query);
    const { errors } = JSON.parse(body) as { errors?: readonly { extensions: { code: string } }[] };
    return outcome({
      code: errors?.[0]?.extensions.code ?? 'OK',
      status: response.statusCode ?? 0,
      cache: headerOf(response, 'x-larkstat-cache'),
      retryAfter: headerOf(response, 'retry-after'),
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return outcome({ code: code ?? message, status: 0, cache: null, retryAfter: null });
  }
}

const headerOf = ({ headers }: IncomingMessage, name: string): string | null => {
  const value = headers[name];
  return value === undefined ? null : String(value);
};

function post(
  url: string,
  agent: Agent,
  query: string,
): Promise<{ response: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const req = request(url, { method: 'POST', headers, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ response, body }));
      response.on('error', reject);
    });
    req.setTimeout(lateMs, () => req.destroy(new Error('LATE')));
    req.on('error', reject);
    req.end(JSON.stringify({ query }));
  });
}

/** How many outcomes there are of each kind and code, such as `hit OK`. */
export function tally(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind, code, status } of outcomes) {
    const name = `${kind} ${code}${code !== 'OK' || status !== 200 ? ` ${status}` : ''}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
