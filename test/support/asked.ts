import { type Agent, type IncomingMessage, request } from 'node:http';

/** The result of one request. */
export type Outcome = {
  /** The name of the request's kind. */
  readonly kind: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
  /** `OK`, the code of the first error in the response, or the connection's error. */
  readonly code: string;
  /** 0 without a response. */
  readonly status: number;
  /** `hit`, `miss` or `stale`; null when the response does not say. */
  readonly cache: string | null;
  readonly retryAfter: string | null;
};

/** A query, and its name in outcomes. */
export type Question = { readonly kind: string; readonly query: string };

/** A request without a response for this long is abandoned. */
const lateMs = 30_000;

/** Sends one request. */
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

/** Counts outcomes by kind and code, such as `hit OK`. */
export function tally(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind, code, status } of outcomes) {
    const name = `${kind} ${code}${code !== 'OK' || status !== 200 ? ` ${status}` : ''}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
