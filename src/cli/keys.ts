import { createKey, isUsable, type Key, listKeys, revokeKey } from '../access/keys.ts';
import { parseDuration } from '../shared/duration.ts';
import { BadInputError } from '../shared/errors.ts';
import { isNameOf, namesOf } from '../shared/names.ts';
import { type Scope, scopes } from '../shared/scope.ts';
import { clip, type Environment, type Output, print, table } from './output.ts';
import { withNewStore, withStore } from './with-store.ts';

type CreateOptions = Output & { readonly scope: string; readonly expires?: string };

/** Creates a key and shows it once: only its hash is stored. */
export async function createKeyCommand(
  environment: Environment,
  name: string,
  options: CreateOptions,
): Promise<void> {
  const now = new Date();
  const scope = parseScope(options.scope);
  const expiresAt = options.expires === undefined ? null : parseExpiry(options.expires, now);
  await withNewStore(environment, async ({ db }) => {
    const { key, token } = await createKey({ db, now }, { name, scope, expiresAt });
    const until = expiresAt === null ? 'does not expire' : `expires ${expiresAt.toISOString()}`;
    // Not `print`: that removes keys from its output.
    const text = options.json
      ? JSON.stringify({ ...key, token })
      : [
          token,
          `The key ${key.name} has scope ${scope} and ${until}. It is shown this once: larkstat stores only its hash.`,
        ].join('\n');
    process.stdout.write(`${text}\n`);
  });
}

/** Shows the names and states of all keys, the newest first. */
export async function listKeysCommand(environment: Environment, options: Output): Promise<void> {
  await withStore(environment, async ({ db }) => {
    const now = new Date();
    const keys = (await listKeys({ db })).map((key) => ({ ...key, state: stateOf(key, now) }));
    const header = ['id', 'name', 'scope', 'state', 'created', 'expires', 'last used'];
    const rows = keys.map((key) => [
      String(key.keyId),
      clip(key.name, 60),
      key.scope,
      key.state,
      minuteOf(key.createdAt),
      minuteOf(key.expiresAt),
      minuteOf(key.lastUsedAt),
    ]);
    print(options, { keys }, keys.length === 0 ? ['No keys'] : table([header, ...rows], [0]));
  });
}

/** Revokes a key: every server refuses it within seconds, and ends its subscriptions. */
export async function revokeKeyCommand(
  environment: Environment,
  nameOrId: string,
  options: Output,
): Promise<void> {
  await withStore(environment, async ({ db }) => {
    const key = await revokeKey({ db, now: new Date() }, nameOrId);
    print(options, key, [`Revoked the key ${key.name}`]);
  });
}

function parseScope(text: string): Scope {
  if (isNameOf(scopes, text)) return text;
  throw new BadInputError(`Invalid scope: ${text.slice(0, 60)}. Expected ${namesOf(scopes).join(', ')}`);
}

/** Reads a duration from now, such as P90D, or an instant. */
function parseExpiry(text: string, now: Date): Date {
  if (/^P/i.test(text)) return new Date(now.getTime() + parseDuration(text));
  const isInstant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const instant = new Date(text);
  if (isInstant && !Number.isNaN(instant.getTime())) return instant;
  throw new BadInputError(
    `Not a time: ${text.slice(0, 60)}. Expected e.g. P90D, 2027-01-31 or 2027-01-31T12:00Z`,
  );
}

function stateOf(key: Key, now: Date): 'in use' | 'revoked' | 'expired' {
  if (key.revokedAt !== null) return 'revoked';
  return isUsable(key, now) ? 'in use' : 'expired';
}

const minuteOf = (instant: Date | null): string =>
  instant === null ? '-' : instant.toISOString().slice(0, 16).replace('T', ' ');
