import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { openClient } from './open-client.ts';

/** A process's mark that it uses a cluster. */
export type Presence = {
  /** Removes the mark. Returns whether no other process of ours uses the cluster; false when that is unknown. */
  leave(): Promise<boolean>;
};

/** The key of the advisory lock that each process of ours holds, shared, while it uses the cluster. */
const presenceLock = 20_261_121;
const pauseMs = 200;
/** How long a closed session may still be listed. */
const lingerMs = 2_000;

/** Callbacks for an unavailable cluster. */
export type Absence = {
  /** Called before each attempt to reconnect; may start the cluster. */
  readonly onLost?: () => Promise<void>;
  /** Called when the cluster is available again. */
  readonly onBack?: () => void;
};

/** Holds the lock until `leave`, and takes it again when its connection is lost. */
export async function announcePresence(url: string, { onLost, onBack }: Absence = {}): Promise<Presence> {
  let leaving = false;
  const session = openClient(url, {
    purpose: 'waiting',
    applicationName: 'larkstat presence',
    max: 1,
    // Otherwise postgres.js closes the connection after 30 to 60 minutes, and the lock is lost.
    max_lifetime: null,
    fetch_types: false,
    // In seconds. `holdAgain` pauses instead: postgres.js' own pause grows to 20 seconds.
    backoff: () => 0,
    onclose: () => void holdAgain(),
  });
  const hold = () => session`select pg_advisory_lock_shared(${presenceLock})`;
  async function holdAgain(): Promise<void> {
    await sleep(pauseMs, undefined, { ref: false });
    if (leaving) return;
    await onLost?.();
    if (leaving) return;
    // A failure closes the connection, which calls this again.
    await hold().then(onBack, () => {});
  }
  const leave = async () => {
    leaving = true;
    // Released before the connection ends: the next process that leaves must not find it.
    const alone = await isAlone(session).catch(() => false);
    await session`select pg_advisory_unlock_all()`.catch(() => {});
    await session.end({ timeout: 1 });
    return alone;
  };
  try {
    await hold();
  } catch (error) {
    leaving = true;
    await session.end({ timeout: 1 });
    throw error;
  }
  return { leave };
}

/** Whether no other process has the lock or a session: a process that lost the lock may be about to take it again. */
async function isAlone(session: postgres.Sql): Promise<boolean> {
  const [lock] = await session`select pg_try_advisory_lock(${presenceLock}) as free`;
  if (lock?.free !== true) return false;
  for (const end = Date.now() + lingerMs; Date.now() < end; await sleep(20)) {
    const others = await session`
      select 1 from pg_stat_activity
      where application_name like 'larkstat%' and pid <> pg_backend_pid() limit 1`;
    if (others.length === 0) return true;
  }
  return false;
}
