import { Copy } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { graphql } from '../../gql/gql.ts';
import type { KeyScope } from '../../gql/graphql.ts';
import { problemOf } from '../api/errors.ts';
import { apiKey, keepApiKey } from '../api/key.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog, DialogContent } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { Segments } from '../ui/segments.tsx';
import { copyText } from './copy-text.ts';

const CreateKey = graphql(`
  mutation CreateKey($name: String!, $scope: KeyScope!, $expiresIn: Duration) {
    createKey(name: $name, scope: $scope, expiresIn: $expiresIn) {
      token
      key {
        id
        name
      }
    }
  }
`);

const scopes: readonly { readonly value: KeyScope; readonly label: string }[] = [
  { value: 'READ', label: 'Read' },
  { value: 'WRITE', label: 'Write' },
  { value: 'ADMIN', label: 'Admin' },
];
const hints: Record<KeyScope, string> = {
  READ: 'Reads and follows everything; changes nothing.',
  WRITE: 'Also imports, fetches, schedules and manages jobs.',
  ADMIN: 'Everything, including deletion and keys.',
};
const spans = [
  { value: 'never', label: 'Never' },
  { value: 'P30D', label: '30 days' },
  { value: 'P90D', label: '90 days' },
  { value: 'P365D', label: '1 year' },
] as const;

/**
 * Creates a key and shows it once. After the first key, the server requires one from everybody; so the first has the
 * scope admin, and this tab uses it from then on.
 */
export function NewKey(props: { isFirst: boolean; onClose: () => void; onMade: () => void }) {
  // Decided once: after the first key is created, it would no longer look like the first.
  const [isFirst] = useState(props.isFirst);
  const [scope, setScope] = useState<KeyScope>(isFirst ? 'ADMIN' : 'READ');
  const [span, setSpan] = useState<(typeof spans)[number]['value']>('never');
  const [{ data, error, fetching }, create] = useMutation(CreateKey);
  const made = data?.createKey;

  async function make(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    const { data } = await create({ name, scope, expiresIn: span === 'never' ? null : span });
    if (data == null) return;
    if (isFirst && apiKey() === null) keepApiKey(data.createKey.token);
    props.onMade();
  }

  return (
    <Dialog open onOpenChange={(open) => open || props.onClose()}>
      <DialogContent
        title="New key"
        description={
          isFirst
            ? 'Once there is a key, this server requires one from everybody. So the first key has the scope admin, and this tab uses it.'
            : 'Programs send it with each request; people sign in with it.'
        }
      >
        {made === undefined ? (
          <form onSubmit={(event) => void make(event)} className="space-y-3">
            <label htmlFor="key-name" className="block font-medium text-sm">
              Name
            </label>
            <Input
              id="key-name"
              name="name"
              required
              maxLength={60}
              autoComplete="off"
              placeholder="laptop"
            />
            {!isFirst && <Segments label="Scope" value={scope} items={scopes} onChange={setScope} />}
            <p className="text-fg-2 text-xs">{hints[scope]}</p>
            <div className="flex flex-wrap items-center gap-3 text-sm">
              Expires <Segments label="Expires" value={span} items={spans} onChange={setSpan} />
            </div>
            <p role="alert" className="min-h-[18px] text-danger text-sm">
              {problemOf(error)?.hint}
            </p>
            <Button type="submit" variant="primary" disabled={fetching}>
              Create the key
            </Button>
          </form>
        ) : (
          <div className="space-y-3">
            <p className="text-sm">
              This is the key {made.key.name}. It is shown only once: copy it now. The server keeps only its
              hash.
            </p>
            <div className="flex items-center gap-2">
              <Input
                readOnly
                aria-label="The key"
                className="font-mono"
                value={made.token}
                onFocus={(event) => event.target.select()}
              />
              <IconButton label="Copy the key" onClick={() => copyText(made.token)}>
                <Copy size={14} />
              </IconButton>
            </div>
            <Button onClick={props.onClose}>Done</Button>
          </div>
        )}
      </DialogContent>
    </Dialog>
  );
}
