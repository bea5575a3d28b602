import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { openClient } from './open-client.ts';

/** A process' sign that it uses a cluster. */
export type Presence = {
  /** Takes the sign away, and gives whether nobody else of ours uses the cluster; false when that cannot be told. */
  leave(): Promise<boolean>;
};

/** The key of the advisory lock that every process of ours holds, shared, while it uses the cluster. */
const presenceLock = 20_261_121;
const pauseMs = 200;
/** A session that was closed is listed until its process has ended. */
const lingerMs = 2_000;

/** What is to happen when the cluster does not answer any more. */
export type Absence = {
  /** Called before each new try to connect; may bring the cluster back. */
  readonly onLost?: () => Promise<void>;
  /** The cluster answers again. */
  readonly onBack?: () => void;
};

/** Holds the lock until it is left, anew whenever its connection is lost. */
export async function announcePresence(url: string, { onLost, onBack }: Absence = {}): Promise<Presence> {
  let leaving = false;
  const session = openClient(url, {
    purpose: 'waiting',
    applicationName: 'larkstat presence',
    max: 1,
    // Else postgres.js closes it after 30 to 60 minutes, and the lock is gone with it.
    max_lifetime: null,
    fetch_types: false,
    // Seconds: the pause is ours to make, and postgres.js' own grows to 20 of them.
    backoff: () => 0,
    onclose: () => void holdAgain(),
  });
  const hold = () => session`select pg_advisory_lock_shared(${presenceLock})`;
  async function holdAgain(): Promise<void> {
    await sleep(pauseMs, undefined, { ref: false });
    if (leaving) return;
    await onLost?.();
    if (leaving) return;
    // One that fails closes its connection, and so leads back here.
    await hold().then(onBack, () => {});
  }
  const leave = async () => {
    leaving = true;
    // Given back before the connection is: whoever leaves next must not find it.
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

/** Nobody else has the lock, nor a session of ours: one that lost the lock may be about to take it again. */
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
