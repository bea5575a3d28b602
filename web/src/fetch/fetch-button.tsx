import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useMutation } from 'urql';
import type { FragmentType } from '../../gql/fragment-masking.ts';
import { problemOf } from '../api/errors.ts';
import { Button } from '../ui/button.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../ui/popover.tsx';
import { Segments } from '../ui/segments.tsx';
import { toast } from '../ui/toasts.tsx';
import { FetchAccount, FetchTopic, type StreamJobFragment } from './queries.ts';
import { Quote, useQuote } from './quote.tsx';
import type { Subject } from './subject.ts';

type Started = (job: FragmentType<typeof StreamJobFragment>) => void;

/** Starts a fetch and reports errors. */
export function useFetch(subject: Subject, onStarted: Started) {
  const [account, fetchAccount] = useMutation(FetchAccount);
  const [topic, fetchTopic] = useMutation(FetchTopic);
  const start = async (full: boolean): Promise<void> => {
    const { job, error } =
      subject.kind === 'account'
        ? await fetchAccount({ handle: subject.handle, full }).then(({ data, error }) => ({
            job: data?.fetchAccount,
            error,
          }))
        : await fetchTopic({ query: subject.query }).then(({ data, error }) => ({
            job: data?.fetchTopic,
            error,
          }));
    const problem = problemOf(error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    else if (job != null) onStarted(job);
  };
  return { start, isStarting: account.fetching || topic.fetching };
}

/** The Fetch button: shows the cost first, and fetches only after that. */
export function FetchButton(props: {
  subject: Subject;
  isBusy: boolean;
  onStarted: Started;
  className?: string;
}) {
  const { subject, isBusy, onStarted } = props;
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button variant="primary" disabled={isBusy} className={props.className} data-action="Fetch new posts">
          <RefreshCw size={14} /> {isBusy ? 'Fetching…' : 'Fetch new posts'}
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" className="w-84" aria-label="What a fetch takes">
        <Offer
          subject={subject}
          onStarted={(job) => {
            setOpen(false);
            onStarted(job);
          }}
        />
      </PopoverContent>
    </Popover>
  );
}

const extents = [
  { value: 'new', label: 'New posts' },
  { value: 'full', label: 'Whole history' },
] as const;

/** The price of a fetch, and the button that starts it. */
export function Offer({ subject, onStarted }: { subject: Subject; onStarted: Started }) {
  const [extent, setExtent] = useState<'new' | 'full'>('new');
  const isFull = extent === 'full';
  const { quotes, fetching } = useQuote(subject, isFull);
  const { start, isStarting } = useFetch(subject, onStarted);
  return (
    <div className="space-y-3">
      {subject.kind === 'account' && (
        <Segments label="How much" value={extent} items={extents} onChange={setExtent} />
      )}
      <div className="min-h-9">
        <Quote subject={subject} full={isFull} />
      </div>
      <Button
        variant="primary"
        disabled={fetching || isStarting || quotes.length === 0}
        onClick={() => void start(isFull)}
      >
        <RefreshCw size={14} /> Fetch
      </Button>
    </div>
  );
}
