import type { JobKind, JobState } from '../../gql/graphql.ts';
import type { JobSearch } from './list-query.ts';

const states: readonly JobState[] = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'];
const kinds: readonly JobKind[] = ['FETCH', 'IMPORT', 'COLLECT', 'EXPORT', 'REBUILD'];

/** Reads `state=failed&kind=fetch`; other values are ignored. */
export function parseJobSearch(raw: Record<string, unknown>): JobSearch {
  const of = <Value extends string>(values: readonly Value[], given: unknown) =>
    values.find((value) => value.toLowerCase() === String(given ?? '').toLowerCase());
  const state = of(states, raw.state);
  const kind = of(kinds, raw.kind);
  return { ...(state !== undefined && { state }), ...(kind !== undefined && { kind }) };
}
