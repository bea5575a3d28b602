import type { JobKind, JobState } from '../../gql/graphql.ts';
import { compact } from '../format/numbers.ts';
import { Segments } from '../ui/segments.tsx';
import { Select } from '../ui/select.tsx';
import type { JobSearch } from './list-query.ts';
import { kindName, stateName } from './words.ts';

/** How many jobs run, wait and have failed; null while unknown. */
export type JobCounts = { readonly running: number; readonly queued: number; readonly failed: number } | null;

const kinds: readonly JobKind[] = ['FETCH', 'IMPORT', 'COLLECT', 'EXPORT', 'REBUILD'];
const states: readonly JobState[] = ['RUNNING', 'QUEUED', 'FAILED', 'SUCCEEDED', 'CANCELLED'];

/** Filters the jobs by state, with counts, and by kind. */
export function JobTabs(props: {
  search: JobSearch;
  counts: JobCounts;
  onChange: (search: JobSearch) => void;
}) {
  const { search, counts, onChange } = props;
  const countOf: Partial<Record<JobState, number | undefined>> = {
    RUNNING: counts?.running,
    QUEUED: counts?.queued,
    FAILED: counts?.failed,
  };
  return (
    <div className="no-scrollbar -mx-4 flex items-center gap-3 overflow-x-auto px-4 sm:mx-0 sm:px-0">
      <Segments
        label="State of the jobs"
        value={search.state ?? 'ALL'}
        onChange={(state) => onChange({ ...search, state: state === 'ALL' ? undefined : state })}
        items={[
          { value: 'ALL', label: 'All' },
          ...states.map((state) => ({
            value: state,
            label: (
              <>
                {stateName(state)}
                {state in countOf && (
                  // Has space for two digits, so that nothing moves when the counts load.
                  <span className="nums ml-1.5 inline-block min-w-[2ch] text-fg-2">
                    {countOf[state] === undefined ? '' : compact(countOf[state])}
                  </span>
                )}
              </>
            ),
          })),
        ]}
      />
      <Select
        label="Kind of the jobs"
        value={search.kind ?? 'ALL'}
        onChange={(kind) => onChange({ ...search, kind: kind === 'ALL' ? undefined : kind })}
        items={[
          { value: 'ALL', label: 'All kinds' },
          ...kinds.map((kind) => ({ value: kind, label: `${kindName(kind)}s` })),
        ]}
        className="h-8 text-xs"
      />
    </div>
  );
}
