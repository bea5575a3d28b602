import { parseDuration } from '../shared/duration.ts';
import { dayMs } from '../shared/instant.ts';
import type { Retention } from '../streams/retain.ts';
import { readBy, type Values } from './variables.ts';

const age = readBy(readAge, 'an ISO 8601 duration from P1D to P36500D, such as P365D').optional();

/** How long posts and payloads are stored. */
export const retentionVariables = { RETENTION_POSTS: age, RETENTION_RAW: age };

export type RetentionConfig = { readonly retention: Retention };

export const retentionConfig = (values: Values<typeof retentionVariables>): RetentionConfig => ({
  retention: { postsMs: values.RETENTION_POSTS ?? null, rawMs: values.RETENTION_RAW ?? null },
});

function readAge(text: string): number | null {
  try {
    const ms = parseDuration(text);
    return ms >= dayMs && ms <= 36_500 * dayMs ? ms : null;
  } catch {
    return null;
  }
}
