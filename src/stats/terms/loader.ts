import type DataLoader from 'dataloader';
import { runTogether } from '../../db/together.ts';
import type { Context } from '../../graphql/context.ts';
import { createLoader } from '../../graphql/loader.ts';
import type { ChatEmote } from '../../shared/post.ts';
import { type StoredEmote, unpackEmotes } from '../../shared/stored-emotes.ts';
import type { StatsScope } from '../kernel/scope.ts';
import { isTalliedByDay, loadDayTallies } from '../kernel/day-tallies.ts';
import { countsOf } from '../kernel/tallies.ts';
import type { TermKind } from './kinds.ts';
import { type EmoteRow, emotesOf } from './query.ts';

type TermKey = { readonly scope: StatsScope; readonly kind: TermKind; readonly value: string };
type Group = Pick<TermKey, 'scope' | 'kind'> & { readonly values: string[] };
type Count = { readonly value: string; readonly posts: number };

/** Counts the posts of a scope that use a term: one statement for all requested terms, kinds and streams; one more for those of chats. */
export const countsLoader = ({ db }: Context): DataLoader<TermKey, number> =>
  createLoader(async (keys) => {
    const groups: Group[] = [];
    const groupOf = keys.map(({ scope, kind, value }) => {
      const known = groups.find((group) => group.scope === scope && group.kind === kind);
      if (known === undefined) groups.push({ scope, kind, values: [value] });
      else known.values.push(value);
      return known ?? (groups.at(-1) as Group); // safe: one was just pushed
    });
    const [rows, days] = await Promise.all([
      runTogether<Count>(
        db,
        groups.map(({ scope, kind, values }) =>
          isTalliedByDay(scope, kind) ? null : countsOf(scope, kind, values),
        ),
      ),
      Promise.all(
        groups.map(({ scope, kind }) =>
          isTalliedByDay(scope, kind) ? loadDayTallies(db, scope, kind) : null,
        ),
      ),
    ]);
    const counts = new Map(
      groups.map((group, at) => {
        const counted = new Map((rows[at] ?? []).map((row) => [row.value, row.posts]));
        return [group, (value: string) => days[at]?.of(value) ?? counted.get(value) ?? 0];
      }),
    );
    return keys.map(({ value }, at) => counts.get(groupOf[at] as Group)?.(value) ?? 0); // safe: one for each key
  });

type EmoteKey = { readonly scope: StatsScope; readonly name: string };

/** Emotes with their pictures by name: one statement for all requested names and streams. */
export const emotesLoader = ({ db }: Context): DataLoader<EmoteKey, ChatEmote> =>
  createLoader(async (keys) => {
    const names = new Map<StatsScope, string[]>();
    for (const { scope, name } of keys) names.set(scope, [...(names.get(scope) ?? []), name]);
    const scopes = [...names];
    const rows = await runTogether<EmoteRow>(
      db,
      scopes.map(([scope, wanted]) => emotesOf(scope, wanted)),
    );
    const found = new Map(
      scopes.map(([scope], at) => [
        scope,
        new Map(unpackEmotes((rows[at] ?? []).map(toStored)).map((emote) => [emote.name, emote])),
      ]),
    );
    return keys.map(({ scope, name }) => found.get(scope)?.get(name) ?? { name, imageUrl: null });
  });

const toStored = ({ name, id, imageUrl }: EmoteRow): StoredEmote =>
  id === null ? { name, imageUrl } : { name, id };
