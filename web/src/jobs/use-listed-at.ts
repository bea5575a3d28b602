import { useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { useCatchUp } from '../api/use-catch-up.ts';

/**
 * Requests a list of jobs again when its changes arrive by socket. Returns the time of that request, in milliseconds
 * since the page was opened: earlier changes are older than the list.
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
