import { useMutation } from 'urql';
import { graphql } from '../../gql/gql.ts';
import { problemOf } from '../api/errors.ts';
import { toast } from '../ui/toasts.tsx';

const CancelJob = graphql(`
  mutation CancelJob($id: ID!) {
    cancelJob(id: $id) {
      id
      state
    }
  }
`);

const RetryJob = graphql(`
  mutation RetryJob($id: ID!) {
    retryJob(id: $id) {
      id
      state
    }
  }
`);

/** Cancels a job, or puts it back in the queue. Errors are shown in a toast. `busy` is true during either request. */
export function useJobActions(id: string): {
  readonly cancel: () => void;
  readonly retry: () => void;
  readonly busy: boolean;
} {
  const [cancelled, askCancel] = useMutation(CancelJob);
  const [retried, askRetry] = useMutation(RetryJob);
  const ask = async (act: typeof askCancel | typeof askRetry) => {
    const { error } = await act({ id });
    const problem = problemOf(error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
  };
  return {
    cancel: () => void ask(askCancel),
    retry: () => void ask(askRetry),
    busy: cancelled.fetching || retried.fetching,
  };
}
