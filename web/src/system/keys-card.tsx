import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import type { KeyRowFragment as KeyRow, KeyScope, KeyState } from '../../gql/graphql.ts';
import { problemOf } from '../api/errors.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import { cardState } from '../card/state.ts';
import { Age } from '../format/age.tsx';
import { minuteOf } from '../format/dates.ts';
import { Until } from '../jobs/until.tsx';
import { browserZone } from '../search-params/zone.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { toast } from '../ui/toasts.tsx';
import { NewKey } from './new-key.tsx';

export const KeyRowFragment = graphql(`
  fragment KeyRow on ApiKey {
    id
    name
    scope
    state
    createdAt
    expiresAt
    lastUsedAt
  }
`);

const Keys = graphql(`
  query Keys {
    keys {
      ...KeyRow
    }
  }
`);

const RevokeKey = graphql(`
  mutation RevokeKey($id: ID!) {
    revokeKey(id: $id) {
      id
      state
    }
  }
`);

const scopeNames: Record<KeyScope, string> = { READ: 'read', WRITE: 'write', ADMIN: 'admin' };
const stateNames: Record<KeyState, string> = { IN_USE: 'in use', EXPIRED: 'expired', REVOKED: 'revoked' };

/** The API keys: create, list, revoke. Only keys with the scope admin see them. */
export function KeysCard({ className }: { className: string }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: Keys });
  const [revoked, revokeKey] = useMutation(RevokeKey);
  const [isMaking, setMaking] = useState(false);
  const again = () => ask({ requestPolicy: 'network-only' });
  const keys = readFragment(KeyRowFragment, data?.keys ?? []);
  const problem = problemOf(error);

  async function revoke({ id, name }: KeyRow): Promise<void> {
    const refusal = problemOf((await revokeKey({ id })).error);
    if (refusal !== null) toast.error(refusal.title, { description: refusal.hint });
    else toast(`Revoked the key ${name}`);
    again();
  }

  return (
    <Card
      title="Keys"
      scope="of the API"
      height={40}
      state={
        problem?.code === 'FORBIDDEN'
          ? { kind: 'unknown', title: 'Only the scope admin sees keys', hint: 'Your key has another scope.' }
          : cardState({ fetching, hasData: data !== undefined, problem, onRetry: again })
      }
      skeleton={<RowsSkeleton rows={1} />}
      queryHref={queryLink(Keys)}
      className={className}
      controls={
        data !== undefined && (
          <Button size="sm" onClick={() => setMaking(true)}>
            <KeyRound size={13} /> New key
          </Button>
        )
      }
      table={{
        columns: ['Name', 'Scope', 'State', 'Made', 'Expires', 'Last used'],
        rows: keys.map((key) => [
          key.name,
          scopeNames[key.scope],
          stateNames[key.state],
          minuteOf(key.createdAt, browserZone),
          key.expiresAt == null ? null : minuteOf(key.expiresAt, browserZone),
          key.lastUsedAt == null ? null : minuteOf(key.lastUsedAt, browserZone),
        ]),
      }}
    >
      {isMaking && <NewKey isFirst={keys.length === 0} onClose={() => setMaking(false)} onMade={again} />}
      {keys.length === 0 ? (
        <p className="pb-1 text-fg-2 text-xs">
          There are no keys: everyone on this machine has full access, and nobody else has any.
        </p>
      ) : (
        <ul className="max-h-80 divide-y overflow-y-auto" aria-label="Keys of the API">
          {keys.map((key) => (
            <Row key={key.id} apiKey={key} isBusy={revoked.fetching} onRevoke={() => void revoke(key)} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Row(props: { apiKey: KeyRow; isBusy: boolean; onRevoke: () => void }) {
  const { name, scope, state, expiresAt, lastUsedAt } = props.apiKey;
  return (
    <li className="flex min-h-11 items-center gap-3 py-1">
      <span className="min-w-0 flex-1">
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium text-sm" title={name}>
            {name}
          </span>
          <Chip>{scopeNames[scope]}</Chip>
          {state !== 'IN_USE' && <Chip tone="warn">{stateNames[state]}</Chip>}
        </span>
        <span className="text-fg-2 text-xs">
          {lastUsedAt == null ? (
            'never used'
          ) : (
            <>
              used <Age at={lastUsedAt} zone={browserZone} />
            </>
          )}
          {state === 'IN_USE' && expiresAt != null && (
            <>
              {' '}
              · until <Until at={expiresAt} />
            </>
          )}
        </span>
      </span>
      {state === 'IN_USE' && (
        <Button
          size="sm"
          variant="danger"
          disabled={props.isBusy}
          aria-label={`Revoke the key ${name}`}
          onClick={props.onRevoke}
        >
          Revoke
        </Button>
      )}
    </li>
  );
}
