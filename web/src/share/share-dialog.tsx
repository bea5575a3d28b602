import { Copy } from 'lucide-react';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { graphql } from '../../gql/gql.ts';
import { problemOf } from '../api/errors.ts';
import { minuteOf } from '../format/dates.ts';
import { browserZone } from '../search-params/zone.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog, DialogContent } from '../ui/dialog.tsx';
import { Input } from '../ui/input.tsx';
import { Segments } from '../ui/segments.tsx';
import { toast } from '../ui/toasts.tsx';
import { closeSharing, type Sharing } from './dialog-state.ts';
import { frameOf, sharedPath } from './links.ts';

const CreateShare = graphql(`
  mutation CreateShare($path: String!, $expiresIn: Duration!) {
    createShare(path: $path, expiresIn: $expiresIn) {
      id
      url
      expiresAt
    }
  }
`);

const Shares = graphql(`
  query Shares {
    shares {
      id
      path
      url
      expiresAt
    }
  }
`);

const RevokeShare = graphql(`
  mutation RevokeShare($id: ID!) {
    revokeShare(id: $id)
  }
`);

const spans = [
  { value: 'P1D', label: 'A day' },
  { value: 'P7D', label: '7 days' },
  { value: 'P30D', label: '30 days' },
] as const;
const ways = [
  { value: 'link', label: 'Link' },
  { value: 'frame', label: 'Embed in another site' },
] as const;

/** Creates links to the current page, and revokes existing ones. */
export default function ShareDialog({ path, card }: Sharing) {
  const [span, setSpan] = useState<(typeof spans)[number]['value']>('P7D');
  const [way, setWay] = useState<(typeof ways)[number]['value']>(card === null ? 'link' : 'frame');
  const [{ data, fetching, error }, create] = useMutation(CreateShare);
  const [shares, askShares] = useQuery({ query: Shares, requestPolicy: 'network-only' });
  const [, revoke] = useMutation(RevokeShare);
  const again = () => askShares({ requestPolicy: 'network-only' });
  const made = data?.createShare;
  const problem = problemOf(error);
  const make = async () => {
    await create({ path: sharedPath(path, { embed: way === 'frame', card }), expiresIn: span });
    again();
  };
  const end = async (id: string) => {
    const { error } = await revoke({ id });
    if (error === undefined) toast('Link revoked');
    else toast.error(problemOf(error)?.hint ?? 'The link could not be revoked');
    again();
  };
  const pathOf = (text: string) => new URL(text, location.origin).pathname.replace(/^\/embed(?=\/)/, '');
  const others = (shares.data?.shares ?? []).filter((share) => pathOf(share.path) === pathOf(path));

  return (
    <Dialog open onOpenChange={(open) => open || closeSharing()}>
      <DialogContent
        title={card === null ? 'Share this page' : 'Embed this card'}
        description="Anyone with the link can view this page without a key, over any range, and cannot change anything."
      >
        <div className="flex flex-wrap items-center gap-3">
          <Segments label="As" value={way} items={ways} onChange={setWay} />
          <Segments label="Ends after" value={span} items={spans} onChange={setSpan} />
          <Button variant="primary" onClick={make} disabled={fetching}>
            Create the link
          </Button>
        </div>
        <p role="alert" className="mt-2 min-h-[18px] text-danger text-sm">
          {problem?.hint}
        </p>
        {made !== undefined && <Made url={`${location.origin}${made.url}`} until={made.expiresAt} />}
        {others.length > 0 && (
          <section className="mt-4 border-t pt-3">
            <h3 className="pb-1 font-medium text-sm">Links to this page</h3>
            <ul className="max-h-48 overflow-y-auto">
              {others.map(({ id, path, url, expiresAt }) => (
                <li key={id} className="flex min-h-9 items-center gap-2 text-sm">
                  <span className="min-w-0 flex-1 truncate text-fg-2">
                    {path.startsWith('/embed/') ? 'Frame' : 'Link'}, until {minuteOf(expiresAt, browserZone)}
                  </span>
                  <CopyButton label="Copy the link" text={`${location.origin}${url}`} />
                  <Button variant="danger" size="sm" onClick={() => void end(id)}>
                    Revoke
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </DialogContent>
    </Dialog>
  );
}

function Made({ url, until }: { url: string; until: string }) {
  const text = new URL(url).pathname.startsWith('/embed/') ? frameOf(url) : url;
  return (
    <div>
      <div className="flex items-center gap-2">
        <Input readOnly aria-label="The link" value={text} onFocus={(event) => event.target.select()} />
        <CopyButton label="Copy" text={text} />
      </div>
      <p className="mt-1.5 text-fg-2 text-xs">
        Until {minuteOf(until, browserZone)}. Revoke it to end it earlier.
      </p>
    </div>
  );
}

function CopyButton({ label, text }: { label: string; text: string }) {
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => toast('Copied'),
      () => toast.error('The browser did not allow copying'),
    );
  return (
    <IconButton label={label} onClick={copy}>
      <Copy size={14} />
    </IconButton>
  );
}
