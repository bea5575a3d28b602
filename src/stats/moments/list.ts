import type { Database } from '../../db/client.ts';
import { QueryTooComplexError } from '../../shared/errors.ts';
import type { Range } from '../../shared/range.ts';
import { findMoments, type Moment, explainingTerms } from './compute.ts';
import { type ChatStream, findTermUses, listMinutes, minutesMax, type MomentUse } from './query.ts';

/** A moment with the terms that explain it. */
export type ExplainedMoment = Moment & { readonly terms: readonly (MomentUse & { readonly lift: number })[] };

/** Most terms of each kind that explain a moment. */
const termsMax = 5;

/** The strongest moments of a channel's chat, strongest first; equal ones: earliest first. */
export async function listMoments(
  db: Database,
  { range, first, ...stream }: ChatStream & { readonly range: Range; readonly first: number },
): Promise<readonly ExplainedMoment[]> {
  const minutes = await listMinutes(db, stream, range);
  if (minutes.length > minutesMax) {
    throw new QueryTooComplexError(
      `Too many minutes of chat to look through: at most ${minutesMax} in a range; ask for a shorter one`,
    );
  }
  const strongest = findMoments(minutes)
    .toSorted((a, b) => b.score - a.score || a.start - b.start)
    .slice(0, first);
  return explainMoments(db, stream.streamId, strongest);
}

/** Adds the terms that explain each moment. */
export async function explainMoments(
  db: Database,
  streamId: number,
  moments: readonly Moment[],
): Promise<readonly ExplainedMoment[]> {
  const written = await findTermUses(db, streamId, moments);
  return moments.map((moment, at) => {
    const { around, uses } = written[at] ?? { around: 0, uses: [] };
    const counts = { within: moment.messages, around };
    const ofKind = (kind: MomentUse['kind']) =>
      explainingTerms(
        uses.filter((use) => use.kind === kind),
        counts,
        termsMax,
      );
    return { ...moment, terms: [...ofKind('WORD'), ...ofKind('EMOTE')] };
  });
}
