import { parseJson } from '../shared/json.ts';

/**
 * How every process hears of what any of them changed: Postgres tells it when the transaction commits, and not at all
 * when it fails. Payloads are JSON of ids: `{"job": "…"}`, or `{"stream": 7, "version": 12}` (version null: deleted).
 */
export const changesChannel = 'larkstat';

const notice = (entries: string) => `pg_notify('${changesChannel}', json_build_object(${entries})::text)`;

/** SQL for the RETURNING of a statement on `jobs`: tells that the row's job changed. */
export const jobNotice = notice(`'job', job_id`);
/** SQL for the RETURNING of a statement on `streams`: tells that the row's posts changed. */
export const streamNotice = notice(`'stream', stream_id, 'version', version`);
/** SQL for the RETURNING of a delete from `streams`. */
export const deletedStreamNotice = notice(`'stream', stream_id, 'version', null`);

export type Change = { readonly job: string } | { readonly stream: number; readonly version: number | null };

/** What a payload says; null for what another version of the program may have said. */
export function parseChange(payload: string): Change | null {
  const value = parseJson(payload);
  if (typeof value !== 'object' || value === null) return null;
  if ('job' in value && typeof value.job === 'string') return { job: value.job };
  if (!('stream' in value) || typeof value.stream !== 'number') return null;
  const version = 'version' in value && typeof value.version === 'number' ? value.version : null;
  return { stream: value.stream, version };
}
