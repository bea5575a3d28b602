import type { Database } from '../../db/client.ts';
import { partsOf, Piece, TimeSlice } from '../kernel/chatter-parts.ts';
import { listPieces, refuseMany } from '../kernel/chatters.ts';
import { Notes, packIds } from '../kernel/packed-chatters.ts';
import type { StatsScope } from '../kernel/scope.ts';
import { listAuthorIds, listNamed, type Named } from './query.ts';

/** Chatters of two channels, and those of the first who are also in the second. */
export type Overlap = { readonly chatters: number; readonly others: number; readonly shared: number };

/** What is noted of a chatter, each a bit: the channels in which they wrote. */
const [inHere, inThere] = [1, 2];

/**
 * Counts the chatters that two scopes have in common: by the id, or by the name when a log tells no id. QUERY_TOO_COMPLEX when there are
 * too many.
 */
export async function loadOverlap(db: Database, here: StatsScope, there: StatsScope): Promise<Overlap> {
  const [ofHere, ofThere] = await Promise.all([listChatters(db, here), listChatters(db, there)]);
  const [likeHere, likeThere] = await Promise.all([
    listNamed(db, there.streamId, namesOf(ofHere)),
    listNamed(db, here.streamId, namesOf(ofThere)),
  ]);
  // Who is known by the name in one channel is compared with whoever has it in the other one, wherever the ids lie.
  const watched = [...new Set([...likeHere, ...likeThere].flatMap(({ id, handle }) => [id, `@${handle}`]))];
  const wrote = new Uint8Array(watched.length);
  const overlap = { chatters: 0, others: 0, shared: 0 };
  const add = (channels: number, isShared: boolean) => {
    if ((channels & inHere) !== 0) overlap.chatters += 1;
    if ((channels & inThere) !== 0) overlap.others += 1;
    if ((channels & inHere) !== 0 && isShared) overlap.shared += 1;
  };
  const notes = new Notes();
  for await (const part of partsOf([...ofHere, ...ofThere], watched)) {
    notes.clear();
    for (const [pieces, channel] of [[ofHere, inHere] as const, [ofThere, inThere] as const]) {
      for (const piece of pieces) {
        const { numbers, length } = part.read(piece);
        const values = notes.of(part.numbers.size);
        for (let at = 0; at < length; at += 1) {
          const number = numbers[at] ?? 0;
          values[number] = (values[number] ?? 0) | channel;
        }
      }
    }
    const values = notes.of(part.numbers.size);
    for (let number = 0; number < watched.length; number += 1) {
      wrote[number] = (wrote[number] ?? 0) | (values[number] ?? 0);
    }
    for (let number = watched.length; number < part.numbers.size; number += 1) {
      const channels = values[number] ?? 0;
      add(channels, (channels & inThere) !== 0);
    }
  }
  const channelsOf = new Map(watched.map((id, number) => [id, wrote[number] ?? 0]));
  const isIn = (id: string, channel: number) => ((channelsOf.get(id) ?? 0) & channel) !== 0;
  const namedThere = new Set([
    ...likeHere.filter(({ id }) => isIn(id, inThere)).map(nameOf),
    ...likeThere.filter((author) => isIn(nameOf(author), inThere)).map(({ id }) => id),
  ]);
  for (const [id, channels] of channelsOf) add(channels, isIn(id, inThere) || namedThere.has(id));
  return overlap;
}

/** The id of an author of whom a log tells the name only. */
const nameOf = ({ handle }: Named) => `@${handle}`;

async function listChatters(db: Database, scope: StatsScope): Promise<readonly Piece[]> {
  // Of a part of a chat the tallies of authors would be made of its messages.
  if (!scope.complete && scope.keepsMinutes) return listPieces(db, scope, { detail: 'ids', bounds: [] });
  const lists = await listAuthorIds(db, scope);
  refuseMany(lists.reduce((sum, ids) => sum + ids.length, 0));
  const pieces: Piece[] = [];
  const slice = new TimeSlice();
  for (const ids of lists) {
    await slice.yieldSlice();
    pieces.push(
      new Piece({ chatters: ids.length, ids: packIds(ids), values: null, areCounts: false, quarters: null }),
    );
  }
  return pieces;
}

/** The names of those chatters whose id no log tells. */
const namesOf = (pieces: readonly Piece[]): readonly string[] => [
  ...new Set(
    pieces.flatMap(({ ids }) =>
      (ids?.names ?? []).filter((name) => name.startsWith('@')).map((name) => name.slice(1)),
    ),
  ),
];
