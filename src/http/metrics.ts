import type { IncomingMessage } from 'node:http';
import type { Access, Credentials } from '../access/access.ts';
import { requireScope } from '../access/require-scope.ts';
import { holdsToken } from '../access/token.ts';
import { ForbiddenError } from '../shared/errors.ts';
import type { Handler } from './graphql-handler.ts';

/** The content of /metrics, and who besides admins may read it. */
export type MetricsOptions = {
  /** A token that may only read the metrics; null: there is none. */
  readonly token: string | null;
  readonly contentType: string;
  /** The metrics as text. Never rejects. */
  print(): Promise<string>;
};

type Asking = {
  readonly access: Access;
  readonly credentialsOf: (req: IncomingMessage) => Credentials;
};

/**
 * Answers /metrics to the token, to keys with scope admin, and to everybody on this machine while there is no key.
 * Beyond this machine it always needs one of the two, even with `AUTH=off`.
 */
export function metricsHandler(
  { token, contentType, print }: MetricsOptions,
  { access, credentialsOf }: Asking,
): Handler {
  const check = async (req: IncomingMessage): Promise<void> => {
    const credentials = credentialsOf(req);
    if (token !== null && holdsToken(credentials.authorization, token)) return;
    const caller = await access.identify(credentials);
    requireScope(caller, 'admin', '/metrics');
    if (caller.keyName !== null || caller.seesSchema) return;
    throw new ForbiddenError('/metrics needs a key of scope admin, or METRICS_TOKEN, beyond this machine');
  };
  return async (req, res) => {
    await check(req);
    const text = await print();
    res.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  };
}
