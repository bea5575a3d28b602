import { ChevronDown, Clock, Download } from 'lucide-react';
import type { FragmentType } from '../../gql/fragment-masking.ts';
import type { StreamJobFragment as StreamJob } from '../../gql/graphql.ts';
import type { Fetching } from '../card/state.ts';
import { FetchingBody } from '../card/states.tsx';
import { wholePercent } from '../format/numbers.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { LiveDot } from '../ui/chip.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../ui/popover.tsx';
import { ExportButton } from './export-button.tsx';
import { FetchButton } from './fetch-button.tsx';
import type { StreamJobFragment } from './queries.ts';
import type { Subject } from './subject.ts';
import { TrackMenu } from './track-menu.tsx';
import { ownerOnly } from '../share/owner-only.ts';

/** The buttons of a stream's head: fetch or its progress, and the schedule. */
export const HeadActions = ownerOnly(function HeadActions(props: {
  subject: Subject;
  stream: {
    readonly id: string;
    readonly tracking?: { readonly every: string; readonly nextAt: string } | null;
  } | null;
  fetching: Fetching | null;
  onStarted: (job: FragmentType<typeof StreamJobFragment>) => void;
  zone: string;
}) {
  const { subject, stream, fetching, onStarted, zone } = props;
  return (
    <>
      {fetching === null ? (
        <FetchButton subject={subject} isBusy={false} onStarted={onStarted} />
      ) : (
        <FetchingButton fetching={fetching} />
      )}
      {stream === null ? (
        <>
          <Button disabled>
            <Clock size={14} /> <span className="max-[359px]:hidden">Not tracked</span>{' '}
            <ChevronDown size={13} />
          </Button>
          <IconButton label="Export all posts" variant="outline" size="icon" disabled>
            <Download size={14} />
          </IconButton>
        </>
      ) : (
        <>
          <TrackMenu stream={stream.id} tracking={stream.tracking ?? null} zone={zone} />
          <ExportButton stream={stream.id} />
        </>
      )}
    </>
  );
});

/** The progress of a fetch; opens its details. */
function FetchingButton({ fetching }: { fetching: Fetching }) {
  return (
    <Popover>
      <PopoverTrigger asChild>
        <Button>
          <LiveDot /> Fetching
          <span className="nums text-fg-2">
            {fetching.fraction === null ? fetching.fetched : wholePercent(fetching.fraction)}
          </span>
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" className="w-84" aria-label="How far the fetch is">
        <FetchingBody job={fetching} />
      </PopoverContent>
    </Popover>
  );
}

/** The error of a failed job; nothing for other jobs. */
export function FailureText({ job }: { job: StreamJob | null }) {
  if (job?.state !== 'FAILED' || job.error == null) return null;
  return (
    <p role="status" className="mb-4 rounded-control bg-danger-soft px-3 py-2 text-danger text-xs">
      The last {job.kind === 'COLLECT' ? 'collection' : 'fetch'} failed: {job.error.message}{' '}
      <a href={`/jobs/${encodeURIComponent(job.id)}`} className="underline underline-offset-2">
        See the job
      </a>
    </p>
  );
}
