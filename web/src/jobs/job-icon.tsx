import { Ban, CircleCheck, CircleX, Clock } from 'lucide-react';
import type { JobState } from '../../gql/graphql.ts';
import { LiveDot } from '../ui/chip.tsx';
import { stateName } from './words.ts';

/** The state of a job as a 16-pixel icon; its label is for screen readers. */
export function JobIcon({ state }: { state: JobState }) {
  return (
    <span className="grid size-4 shrink-0 place-content-center" title={stateName(state)}>
      <span className="sr-only">{stateName(state)}</span>
      {state === 'RUNNING' && <LiveDot className="size-2" />}
      {state === 'QUEUED' && <Clock aria-hidden size={15} className="text-fg-3" />}
      {state === 'SUCCEEDED' && <CircleCheck aria-hidden size={15} className="text-pos" />}
      {state === 'FAILED' && <CircleX aria-hidden size={15} className="text-danger" />}
      {state === 'CANCELLED' && <Ban aria-hidden size={15} className="text-fg-3" />}
    </span>
  );
}
