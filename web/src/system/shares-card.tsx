import { Copy, Link2 } from 'lucide-react';
import { useMutation } from 'urql';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { problemOf } from '../api/errors.ts';
import { Card } from '../card/card.tsx';
import { minuteOf } from '../format/dates.ts';
import { Until } from '../jobs/until.tsx';
import { browserZone } from '../search-params/zone.ts';
import { copyText } from './copy-text.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { toast } from '../ui/toasts.tsx';

export const SharesCardFragment = graphql(`
  fragment SharesCard on Share {
    id
    path
    url
    createdAt
    expiresAt
  }
`);

const RevokeShare = graphql(`
  mutation RevokeShare($id: ID!) {
    revokeShare(id: $id)
  }
`);

/** The active read-only links, with a button that revokes one. */
export function SharesCard(props: {
  shares: readonly FragmentType<typeof SharesCardFragment>[];
  queryHref: string;
  className: string;
  onChanged: () => void;
}) {
  const shares = readFragment(SharesCardFragment, props.shares);
  const [{ fetching }, revokeShare] = useMutation(RevokeShare);
  const revoke = async (id: string) => {
    const problem = problemOf((await revokeShare({ id })).error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    props.onChanged();
  };
  return (
    <Card
      title="Shared links"
      scope="read only, until they expire"
      height={40}
      queryHref={props.queryHref}
      className={props.className}
      table={{
        columns: ['Page', 'Made', 'Expires'],
        rows: shares.map(({ path, createdAt, expiresAt }) => [
          path,
          minuteOf(createdAt, browserZone),
          minuteOf(expiresAt, browserZone),
        ]),
      }}
    >
      {shares.length === 0 ? (
        <p className="flex items-center gap-2 pb-1 text-fg-2 text-xs">
          <Link2 size={14} className="text-fg-3" /> No link is in use.
        </p>
      ) : (
        <ul className="max-h-80 divide-y overflow-y-auto" aria-label="Links that can be used">
          {shares.map(({ id, path, url, expiresAt }) => (
            <li key={id} className="flex min-h-11 items-center gap-3 py-1">
              <span className="min-w-0 flex-1">
                <a href={path} className="block truncate font-medium text-sm hover:underline" title={path}>
                  {path}
                </a>
                <span className="text-fg-2 text-xs">
                  until <Until at={expiresAt} />
                </span>
              </span>
              <IconButton
                label={`Copy the link to ${path}`}
                onClick={() => copyText(`${location.origin}${url}`)}
              >
                <Copy size={14} />
              </IconButton>
              <Button
                size="sm"
                variant="danger"
                disabled={fetching}
                aria-label={`Revoke the link to ${path}`}
                onClick={() => void revoke(id)}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
