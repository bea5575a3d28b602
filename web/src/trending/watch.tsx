import { BellPlus, BellRing } from 'lucide-react';
import { useMutation } from 'urql';
import { graphql } from '../../gql/gql.ts';
import { problemOf } from '../api/errors.ts';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toasts.tsx';
import { ownerOnly } from '../share/owner-only.ts';

const WatchHashtag = graphql(`
  mutation WatchHashtag($input: CreateAlertInput!) {
    createAlert(input: $input) {
      alert {
        id
        name
      }
    }
  }
`);

/** Watches a hashtag: an alert that fires when it is used more than its past predicts, with the API's defaults. */
export const WatchButton = ownerOnly(function WatchButton(props: {
  tag: string;
  window: string;
  isWatched: boolean;
  small?: boolean;
}) {
  const { tag, window, isWatched, small = false } = props;
  const [{ fetching }, create] = useMutation(WatchHashtag);
  async function watch(): Promise<void> {
    const { error } = await create(
      { input: { name: `#${tag}`, condition: { burst: { hashtag: tag, window } } } },
      // An empty list of alerts does not tell the cache that it contains alerts.
      { additionalTypenames: ['Alert'] },
    );
    const problem = problemOf(error);
    if (problem === null) toast(`#${tag} is watched`);
    else toast.error(problem.title, { description: problem.hint });
  }
  return (
    <Button
      size={small ? 'sm' : 'md'}
      disabled={isWatched || fetching}
      {...(!small && { 'data-action': `Watch #${tag}` })}
      onClick={() => void watch()}
      title="Fires when 10 posts or more stand 3 standard scores above what is expected"
    >
      {isWatched ? <BellRing size={14} /> : <BellPlus size={14} />}
      {isWatched ? 'Watched' : 'Watch'}
    </Button>
  );
});
