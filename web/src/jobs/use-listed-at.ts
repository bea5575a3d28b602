import { useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { useCatchUp } from '../api/use-catch-up.ts';

/**
 * Asks a list of jobs again once its changes are told of. Returns when it was last asked for so, in milliseconds since the
 * page was opened: what was told before that is older than the list.
 */
export function useListedAt<Variables extends AnyVariables>(
  query: TypedDocumentNode<unknown, Variables>,
  variables: Variables,
): number {
  const client = useClient();
  const [listedAt, setListedAt] = useState(0);
  useCatchUp(true, () => {
    const askedAt = performance.now();
    const answer = client.query(query, variables, { requestPolicy: 'network-only' }).toPromise();
    void answer.then(({ error }) => {
      if (error === undefined) setListedAt(askedAt);
    });
  });
  return listedAt;
}
