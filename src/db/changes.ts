import { parseJson } from '../shared/json.ts';

/**
 * What changed in the store, as ids and counters: a job; an alert, which fired or was deleted; a stream's version (null: the
 * stream was deleted); the version of the registry, which grows when a stream is created or deleted, or is found by
 * another handle.
 */
export type Change =
  | { readonly job: string }
  | { readonly alert: number }
  | { readonly stream: number; readonly version: number | null }
  | { readonly registry: number };

/** Changes of a family are published together; a process may hear one family and not the other. */
export type Family = 'jobs' | 'alerts' | 'streams';

/** The family that a change belongs to. */
export function familyOf(change: Change): Family {
  if ('job' in change) return 'jobs';
  return 'alert' in change ? 'alerts' : 'streams';
}

/** What a change is about: of two changes with the same subject, the later one replaces the earlier. */
export function subjectOf(change: Change): string {
  if ('job' in change) return `job ${change.job}`;
  if ('alert' in change) return `alert ${change.alert}`;
  return 'stream' in change ? `stream ${change.stream}` : 'registry';
}

/** A change takes 50 bytes, and Postgres' NOTIFY takes payloads below 8,000. */
const changesPerPayload = 100;

/** The changes as payloads for other processes, each with the id of the process that they come from. */
export function encodeChanges(origin: string, changes: readonly Change[]): readonly string[] {
  const payloads: string[] = [];
  for (let at = 0; at < changes.length; at += changesPerPayload) {
    payloads.push(JSON.stringify({ origin, changes: changes.slice(at, at + changesPerPayload) }));
  }
  return payloads;
}

type Payload = { readonly origin: string; readonly changes: readonly Change[] };

/** Reads a payload; leaves out what another version of the program may have written. */
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
