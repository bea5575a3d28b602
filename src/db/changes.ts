import { parseJson } from '../shared/json.ts';

/**
 * A change in the store, as ids and counters: a job; an alert that fired or was deleted; a stream's new version (null:
 * it was deleted); the registry's new version, which grows when a stream is created or deleted, or gets another handle.
 */
export type Change =
  | { readonly job: string }
  | { readonly alert: number }
  | { readonly stream: number; readonly version: number | null }
  | { readonly registry: number };

/** Changes of a family are published together; a process can subscribe to single families. */
export type Family = 'jobs' | 'alerts' | 'streams';

/** Returns the family of a change. */
export function familyOf(change: Change): Family {
  if ('job' in change) return 'jobs';
  return 'alert' in change ? 'alerts' : 'streams';
}

/** Returns the subject of a change: a later change with the same subject replaces an earlier one. */
export function subjectOf(change: Change): string {
  if ('job' in change) return `job ${change.job}`;
  if ('alert' in change) return `alert ${change.alert}`;
  return 'stream' in change ? `stream ${change.stream}` : 'registry';
}

/** A change takes 50 bytes, and a payload of Postgres' NOTIFY must be below 8,000. */
const changesPerPayload = 100;

/** Encodes changes as payloads for other processes, each with the id of this process. */
export function encodeChanges(origin: string, changes: readonly Change[]): readonly string[] {
  const payloads: string[] = [];
  for (let at = 0; at < changes.length; at += changesPerPayload) {
    payloads.push(JSON.stringify({ origin, changes: changes.slice(at, at + changesPerPayload) }));
  }
  return payloads;
}

type Payload = { readonly origin: string; readonly changes: readonly Change[] };

/** Reads a payload; ignores unknown changes of other versions. */
export function parseChanges(payload: string): Payload {
  const value = parseJson(payload);
  if (!isRecord(value) || !Array.isArray(value.changes)) return { origin: '', changes: [] };
  return { origin: String(value.origin), changes: value.changes.flatMap((one) => parseChange(one) ?? []) };
}

function parseChange(value: unknown): Change | null {
  if (!isRecord(value)) return null;
  const { job, alert, stream, version, registry } = value;
  if (typeof job === 'string') return { job };
  if (typeof alert === 'number') return { alert };
  if (typeof registry === 'number') return { registry };
  if (typeof stream !== 'number') return null;
  return { stream, version: typeof version === 'number' ? version : null };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
