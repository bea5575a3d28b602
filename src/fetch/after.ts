import type { FetchProvider, Reach } from '../providers/fetch-provider.ts';
import type { AccountProfile } from '../shared/post.ts';
import { ChainError } from './chain.ts';
import { ensureStream, type FetchWork, yieldSlice, takeover, wanted, writePage } from './work.ts';
import { must } from '../shared/errors.ts';
import { mostConversations, mostDue, repliesAConversation } from './quote.ts';
import { countForRefresh, listBusyConversations, listForRefresh } from './refresh.ts';
import { newestReply } from './store.ts';
import { reasonOf } from './walk.ts';

/**
 * Fetches the figures of stored posts again, page after page, and removes deleted ones. Each page is written together
 * with the place of the next one, so that nothing is requested, or paid for, twice.
 */
export async function refreshMetrics(work: FetchWork, account: AccountProfile): Promise<void> {
  const { refresh } = work.payload;
  const sizes = asked(work).flatMap(({ lookupSize }) => lookupSize ?? []);
  if (sizes.length > 0) {
    const all = () => refreshPages(work, account, Math.max(...sizes));
    return refresh === 'DUE' ? optional(work, figures, all) : all();
  }
  if (refresh === 'DUE') return;
  const names = asked(work).map(({ name }) => name);
  work.notes.add(`${figures} were left out (${names.join(' and ')} cannot look up posts again)`);
}

const figures = 'the figures of earlier posts';

async function refreshPages(work: FetchWork, account: AccountProfile, pageSize: number): Promise<void> {
  const { run, chain, payload } = work;
  const { sql } = run.db;
  const streamId = await ensureStream(work);
  const choiceOf = (most: number) => ({
    which: payload.refresh,
    after: work.cursor.refresh?.after ?? null,
    begunAt: work.cursor.begunAt,
    now: run.now(),
    limit: Math.min(most, wanted(work) ?? most, stillAllowed(work)),
  });
  let left = await countForRefresh(sql, streamId, choiceOf(Number.POSITIVE_INFINITY));
  const withLookup = asked(work).find(({ lookupSize }) => lookupSize !== null);
  let last = must(withLookup, 'at least one provider has lookups').name;
  for (;;) {
    const posts = await listForRefresh(sql, streamId, choiceOf(pageSize));
    if (posts.length === 0) return;
    const sizeOf = (lookupSize: number | null, most: number) =>
      Math.min(posts.length, lookupSize ?? 0, Math.max(most, 1));
    const { value, provider, failures } = await chain.ask({
      kind: 'lookup',
      prefer: null,
      only: payload.provider,
      without: new Map(),
      handle: account.handle,
      estimate: ({ lookupSize }, most) => ({ posts: sizeOf(lookupSize, most), users: 0 }),
      make: async (one, most, call) => {
        const asked = posts.slice(0, sizeOf(one.lookupSize, most));
        const found = await one.lookup(
          asked.map(({ id }) => id),
          account,
          call,
        );
        // The next page begins with the first post without an answer.
        const missed = asked.findIndex(({ id }) => found.unanswered.includes(id));
        const taken = missed < 0 ? asked : asked.slice(0, missed);
        return { ...found, taken, answered: asked.length - found.unanswered.length };
      },
      signal: run.signal,
    });
    const before = work.cursor.refresh ?? { asked: 0, removed: 0 };
    work.cursor = {
      ...work.cursor,
      refresh: {
        after: must(value.taken.at(-1), 'at least one post was answered'),
        asked: before.asked + value.taken.length,
        removed: before.removed + value.deleted.length,
      },
    };
    left = Math.max(0, left - value.answered);
    const reason = provider.name === last ? null : reasonOf(last, failures);
    last = provider.name;
    await writePage(work, value, provider.name, null, { left, event: takeover(provider.name, reason) });
    yieldSlice(work);
  }
}

/** How many more posts this fetch may refresh. Only a refresh by DUE is limited; what a user asks for is not. */
const stillAllowed = ({ payload, cursor }: FetchWork): number =>
  payload.refresh === 'DUE' ? mostDue - (cursor.refresh?.asked ?? 0) : Number.POSITIVE_INFINITY;

/** Fetches missing replies by others in the account's recent conversations. */
export async function fetchReplies(work: FetchWork, account: AccountProfile): Promise<void> {
  const { run, chain } = work;
  const streamId = await ensureStream(work);
  if (wanted(work) === 0 || !asked(work).some((provider) => provider.obstacle('replies') === null)) return;
  const roots = await listBusyConversations(run.db.sql, streamId, {
    now: run.now(),
    limit: mostConversations,
  });
  await optional(work, 'replies by others', async () => {
    for (const { id: rootId } of roots) {
      const reach: Reach = {
        sinceId: (await newestReply(run.db.sql, streamId, rootId)) ?? rootId,
        untilId: null,
        cursor: null,
        want: Math.min(repliesAConversation, wanted(work) ?? repliesAConversation),
      };
      if (reach.want === 0) return;
      const { value, provider } = await chain.ask({
        kind: 'replies',
        prefer: null,
        only: work.payload.provider,
        without: new Map(),
        handle: null,
        estimate: (one) => ({ posts: Math.min(one.pageSize('replies'), repliesAConversation), users: 0 }),
        make: (one, _, call) => one.page({ kind: 'replies', rootId, account }, reach, call),
        signal: run.signal,
      });
      await writePage(work, { ...value, deleted: [], rootId }, provider.name, null);
      yieldSlice(work);
    }
  });
}

/** Lists the providers that the job may ask. */
const asked = ({ chain, payload }: FetchWork): readonly FetchProvider[] =>
  chain.providers.filter(({ name }) => payload.provider === null || name === payload.provider);

/**
 * Runs an optional part of a fetch. When no provider can do it, the job notes that and still succeeds, since its main
 * task is new posts.
 */
async function optional(work: FetchWork, what: string, fetch: () => Promise<void>): Promise<void> {
  try {
    await fetch();
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    work.notes.add(`${what} were left out (${error.message})`);
  }
}
