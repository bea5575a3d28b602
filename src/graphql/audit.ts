import { decodeGlobalId } from '../shared/global-id.ts';

/** What a mutation concerns. Numbers of streams are as in the store. */
type AuditTarget = {
  readonly target?: string;
  readonly job?: string;
  readonly stream?: number;
  readonly alert?: number;
  /** The key of the API that was made or revoked, as `keys list` numbers it. */
  readonly apiKey?: number;
};

/** Which stream, job, alert or key a mutation concerned, by its answer, and by the id it was given; nothing else of its arguments. */
export function auditTarget(args: Readonly<Record<string, unknown>>, value: unknown): AuditTarget {
  const { jobId, streamId, alertId, keyId } = { ...(value as Readonly<Record<string, unknown>> | null) };
  const target = targetOf(args.id ?? args.stream);
  return {
    ...(target !== null && { target }),
    ...(typeof jobId === 'string' && { job: jobId }),
    ...(typeof streamId === 'number' && { stream: streamId }),
    ...(typeof alertId === 'number' && { alert: alertId }),
    ...(typeof keyId === 'number' && { apiKey: keyId }),
  };
}

function targetOf(globalId: unknown): string | null {
  if (typeof globalId !== 'string') return null;
  try {
    const { typename, id } = decodeGlobalId(globalId);
    return `${typename}:${id}`.slice(0, 100);
  } catch {
    return null; // the answer says so
  }
}
