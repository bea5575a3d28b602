import { useMutation } from 'urql';
import type { FragmentType } from '../../gql/fragment-masking.ts';
import type { StreamJobFragment as StreamJob } from '../../gql/graphql.ts';
import { problemOf } from '../api/errors.ts';
import { CancelJob, type StreamJobFragment } from '../fetch/queries.ts';
import { isUnderWay } from '../fetch/use-job.ts';
import { toast } from '../ui/toasts.tsx';
import { CollectChat } from './queries.ts';

type Started = (job: FragmentType<typeof StreamJobFragment>) => void;

/** Starts and stops collecting a chat. `job`: the newest collecting job; null when there is none. */
export function useCollecting(login: string, job: StreamJob | null, onStarted: Started) {
  const [starting, collect] = useMutation(CollectChat);
  const [stopping, cancel] = useMutation(CancelJob);
  const start = async () => {
    const { data, error } = await collect({ login });
    const problem = problemOf(error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    else if (data != null) onStarted(data.collectChat);
  };
  const stop = async (id: string) => {
    const { data, error } = await cancel({ id });
    const problem = problemOf(error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    else if (data != null) onStarted(data.cancelJob);
  };
  return {
    isUnderWay: isUnderWay(job),
    isBusy: starting.fetching || stopping.fetching,
    start: () => void start(),
    stop: isUnderWay(job) ? () => void stop(job.id) : null,
  };
}
