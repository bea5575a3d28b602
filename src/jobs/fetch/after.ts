import type { FetchProvider, Reach } from '../../providers/fetch-provider.ts';
import type { AccountProfile } from '../../shared/post.ts';
import { ChainError } from './chain.ts';
import { type FetchWork, giveWay, wanted, writePage } from './work.ts';
import { listBusyConversations, listDueForRefresh } from './refresh.ts';
import { newestReply } from './store.ts';

/** In one fetch: a month of a busy account, for a dollar and a half at most. */
const mostRefreshed = 300;
const mostConversations = 5;
const repliesAConversation = 100;

/** Fetches the metrics of recent posts again, and finds out which of them were deleted. */
export async function refreshMetrics(work: FetchWork, account: AccountProfile): Promise<void> {
  const { run, chain, streamId } = work;
  if (!asked(work).some(({ lookupSize }) => lookupSize !== null)) return;
  const limit = Math.min(mostRefreshed, wanted(work) ?? mostRefreshed);
  let due = await listDueForRefresh(run.db.sql, streamId, { now: run.now(), limit });
  await optional(work, 'metrics of earlier posts', async () => {
    while (due.length > 0) {
      const { value, provider } = await chain.ask({
        kind: 'lookup',
        prefer: null,
        only: work.payload.provider,
        without: new Map(),
        handle: account.handle,
        estimate: ({ lookupSize }) => ({ posts: Math.min(due.length, lookupSize ?? 0), users: 0 }),
        make: (one) => one.lookup(due.slice(0, one.lookupSize ?? 0), account, { signal: run.signal }),
        signal: run.signal,
      });
      await writePage(work, value, provider.name, null);
      due = due.slice(provider.lookupSize ?? due.length);
      giveWay(work);
    }
  });
}

/** Fetches replies by others in the account's recent conversations, where they are known to be missing. */
export async function fetchReplies(work: FetchWork, account: AccountProfile): Promise<void> {
  const { run, chain, streamId } = work;
  if (wanted(work) === 0 || !asked(work).some((provider) => provider.obstacle('replies') === null)) return;
  const roots = await listBusyConversations(run.db.sql, streamId, {
    now: run.now(),
    limit: mostConversations,
  });
  await optional(work, 'replies by others', async () => {
    for (const rootId of roots) {
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
        make: (one) => one.page({ kind: 'replies', rootId, account }, reach, { signal: run.signal }),
        signal: run.signal,
      });
      await writePage(work, { ...value, deleted: [] }, provider.name, null);
      giveWay(work);
    }
  });
}

/** The providers that the job may ask. */
const asked = ({ chain, payload }: FetchWork): readonly FetchProvider[] =>
  chain.providers.filter(({ name }) => payload.provider === null || name === payload.provider);

/** New posts are what a fetch is for: where the rest cannot be had, the job says so and has still done its work. */
async function optional(work: FetchWork, what: string, fetch: () => Promise<void>): Promise<void> {
  try {
    await fetch();
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    work.notes.add(`${what} were left out (${error.message})`);
  }
}
