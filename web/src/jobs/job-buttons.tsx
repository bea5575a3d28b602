import { Download, RotateCcw, X } from 'lucide-react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { bytes } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { useJobActions } from './actions.ts';
import { canRetry, isOpen } from './words.ts';

export const JobButtonsFragment = graphql(`
  fragment JobButtons on Job {
    id
    state
    subject
    download {
      url
      name
      bytes
    }
  }
`);

/** The actions of a job: cancel, try again, download. */
export function JobButtons(props: { job: FragmentType<typeof JobButtonsFragment> }) {
  const job = readFragment(JobButtonsFragment, props.job);
  const { cancel, retry, busy } = useJobActions(job.id);
  return (
    <>
      {isOpen(job.state) && (
        <Button size="sm" disabled={busy} onClick={cancel} aria-label={`Cancel: ${job.subject}`}>
          <X size={13} /> Cancel
        </Button>
      )}
      {canRetry(job.state) && (
        <Button size="sm" disabled={busy} onClick={retry} aria-label={`Try again: ${job.subject}`}>
          <RotateCcw size={13} /> Try again
        </Button>
      )}
      {job.download != null && (
        <Button size="sm" asChild>
          <a href={job.download.url} download={job.download.name}>
            <Download size={13} /> Download{' '}
            <span className="nums text-fg-2">{bytes(job.download.bytes)}</span>
          </a>
        </Button>
      )}
    </>
  );
}
