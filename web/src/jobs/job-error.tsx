import { CircleAlert } from 'lucide-react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { titleOf } from '../api/errors.ts';
import { Until } from './until.tsx';

export const JobErrorFragment = graphql(`
  fragment JobError on Job {
    error {
      code
      message
      retryAt
    }
  }
`);

/** The error of a job, and advice. */
export function JobError(props: { job: FragmentType<typeof JobErrorFragment> }) {
  const { error } = readFragment(JobErrorFragment, props.job);
  if (error == null) return null;
  return (
    <section aria-label="What went wrong" className="card flex gap-3 border-danger/40 p-4 sm:p-5">
      <CircleAlert size={18} className="mt-px shrink-0 text-danger" />
      <div className="min-w-0 space-y-1">
        <h2 className="font-semibold text-sm">{titleOf(error.code)}</h2>
        <p className="text-fg-2 text-sm [overflow-wrap:anywhere]">{error.message}</p>
        <p className="text-fg-2 text-xs">
          <code className="font-mono text-axis">{error.code}</code>
          {error.retryAt != null && (
            <>
              {' '}
              · trying again may help from <Until at={error.retryAt} />
            </>
          )}
        </p>
      </div>
    </section>
  );
}
