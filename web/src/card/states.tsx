import { Ban, CircleAlert, Hourglass, Inbox, RotateCcw, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { tooMuch } from '../api/errors.ts';
import { useNow } from '../format/age.tsx';
import { about, duration } from '../format/durations.ts';
import { compact, wholePercent } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import type { CardState, Fetching, Offer } from './state.ts';

/** Content of a card without its picture, at the picture's height. */
export function StateBody(props: {
  state: Exclude<CardState, { kind: 'ready' }>;
  height: number;
  skeleton: ReactNode;
}) {
  const { state, height, skeleton } = props;
  switch (state.kind) {
    case 'loading':
      return <Loading height={height}>{skeleton}</Loading>;
    case 'fetching':
      return (
        <div className="flex flex-col justify-center" style={{ minHeight: height }}>
          <FetchingBody job={state.job} />
        </div>
      );
    case 'empty':
      return (
        <Middle
          height={height}
          icon={<Inbox size={20} className="text-fg-3" />}
          title={state.title}
          hint={state.hint}
        >
          <Offers offers={state.offers} />
        </Middle>
      );
    case 'unknown':
      return (
        <Middle
          height={height}
          icon={<Ban size={20} className="text-fg-3" />}
          title={state.title}
          hint={state.hint}
          band
        >
          <Offers offers={state.offers} />
        </Middle>
      );
    case 'error':
      return <ErrorBody state={state} height={height} />;
  }
}

/** Empty at first: data that arrives within 150 ms needs no skeleton, which would only flash. */
function Loading({ height, children }: { height: number; children: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-busy className="overflow-hidden" style={{ minHeight: height, maxHeight: height }}>
      <span className="sr-only">Loading</span>
      {shown && children}
    </div>
  );
}

function Middle(props: {
  height: number;
  icon: ReactNode;
  title: string;
  hint?: string | undefined;
  band?: boolean;
  children?: ReactNode;
}) {
  const { height, icon, title, hint, band = false, children } = props;
  return (
    <div
      className={`flex flex-col items-center justify-center gap-1 px-4 text-center ${band ? 'rounded-control bg-surface-2' : ''}`}
      style={{ minHeight: height }}
    >
      {icon}
      <p className="mt-1 font-medium text-sm">{title}</p>
      {hint !== undefined && <p className="max-w-[46ch] text-fg-2 text-xs">{hint}</p>}
      <div className="mt-2 flex flex-wrap justify-center gap-2 empty:hidden">{children}</div>
    </div>
  );
}

function Offers({ offers = [] }: { offers?: readonly Offer[] | undefined }) {
  return offers.map(({ label, onClick }) => (
    <Button key={label} size="sm" onClick={onClick}>
      {label}
    </Button>
  ));
}

function ErrorBody({ state, height }: { state: Extract<CardState, { kind: 'error' }>; height: number }) {
  const { problem, onRetry, onCoarser } = state;
  const [open, setOpen] = useState(false);
  return (
    <div role="alert">
      <Middle
        height={height}
        icon={<CircleAlert size={20} className="text-danger" />}
        title={problem.title}
        hint={`${problem.code} · ${problem.hint}`}
      >
        {onCoarser !== undefined && tooMuch.has(problem.code) && (
          <Button size="sm" variant="primary" onClick={onCoarser}>
            Use a coarser step
          </Button>
        )}
        <Retry retryAt={problem.retryAt} onRetry={onRetry} />
        <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
          Details
        </Button>
      </Middle>
      {open && (
        <pre className="mt-3 max-h-40 overflow-auto whitespace-pre-wrap break-words rounded-control bg-surface-2 p-3 font-mono text-xs">
          {problem.details}
        </pre>
      )}
    </div>
  );
}

/** A retry button, with the seconds until a retry may help; then it retries once by itself. */
export function Retry({ retryAt, onRetry }: { retryAt: string | null; onRetry: () => void }) {
  const now = useNow(1_000);
  const seconds = retryAt === null ? 0 : Math.ceil((Date.parse(retryAt) - now) / 1_000);
  const waits = seconds > 0;
  const [waited, setWaited] = useState(waits);
  useEffect(() => {
    if (waits) setWaited(true);
    else if (waited) {
      setWaited(false);
      onRetry();
    }
  }, [waits, waited, onRetry]);
  return (
    <Button size="sm" disabled={waits} onClick={onRetry}>
      <RotateCcw size={13} />
      {waits ? <span className="nums">Try again in {duration(seconds)}</span> : 'Try again'}
    </Button>
  );
}

/** The progress of the job that fetches data for a card or page. */
export function FetchingBody({ job }: { job: Fetching }) {
  return (
    <div className="space-y-2">
      <p className="flex justify-between gap-4 font-medium text-sm" role="status">
        <span>{job.message}</span>
        {job.fraction !== null && <span className="nums">{wholePercent(job.fraction)}</span>}
      </p>
      <Progress value={job.fraction} label={job.message} />
      <p className="nums flex flex-wrap justify-between gap-x-4 text-fg-2 text-xs">
        <span>
          {compact(job.fetched)} fetched · {compact(job.inserted)} new · {compact(job.updated)} updated
        </span>
        {job.remainingSeconds !== null && (
          <span className="inline-flex items-center gap-1">
            <Hourglass size={12} /> {about(job.remainingSeconds)}
          </span>
        )}
      </p>
      <div className="flex gap-2 pt-1">
        {job.onCancel !== undefined && (
          <Button size="sm" onClick={job.onCancel}>
            <X size={13} /> Cancel
          </Button>
        )}
        {job.jobHref !== undefined && (
          <Button size="sm" asChild>
            <a href={job.jobHref}>See the job</a>
          </Button>
        )}
      </div>
    </div>
  );
}
