import { decodeGlobalId } from '../shared/global-id.ts';

/** What a mutation concerns. Streams have the numbers of the store. */
type AuditTarget = {
  readonly target?: string;
  readonly job?: string;
  readonly stream?: number;
  readonly alert?: number;
  /** The API key that was made or revoked, by its number in `keys list`. */
  readonly apiKey?: number;
};

/**
 * Returns which stream, job, alert or key a mutation concerned, from its answer and its argument with an id. No other
 * argument is logged.
 */
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
    return null; // the client gets this error
  }
}
