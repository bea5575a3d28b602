import { setTimeout as sleep } from 'node:timers/promises';

export type RowWatch = {
  /** Starts watching for the first follower. Resolves after the first look, even if it failed. */
  begin(): Promise<void>;
  /** Removes a follower; watching stops with the last one. */
  end(): void;
};

type WatchOptions = {
  /** Reads the rows' ids, each with a mark that changes with every change of the row. */
  readonly read: () => Promise<ReadonlyMap<string, string>>;
  /** Called with each id whose row changed since the last look. */
  readonly onChange: (id: string) => void;
  /** Called after failed looks: the changes in between are unknown. */
  readonly onMissed: () => void;
};

const lookEveryMs = 2_000;

/**
 * Reads rows every two seconds while somebody follows them: a process may end between its commit and the notification.
 */
export function watchRows({ read, onChange, onMissed }: WatchOptions): RowWatch {
  let followers = 0;
  let watching: Watching | null = null;

  async function look(own: Watching): Promise<void> {
    const found = await read().catch(() => null);
    if (own !== watching) return;
    const before = own.marks;
    own.marks = found ?? before;
    if (found !== null && own.missed) onMissed();
    own.missed = found === null;
    if (found === null || before === null) return;
    for (const id of new Set([...before.keys(), ...found.keys()])) {
      if (before.get(id) !== found.get(id)) onChange(id);
    }
  }

  async function goOn(own: Watching): Promise<void> {
    while (own === watching) {
      await sleep(lookEveryMs, undefined, { ref: false });
      if (own === watching) await look(own);
    }
  }

  function start(): Watching {
    const own: Watching = { marks: null, missed: false, begun: Promise.resolve() };
    watching = own;
    own.begun = look(own);
    void own.begun.then(() => goOn(own));
    return own;
  }

  return {
    begin() {
      followers += 1;
      return (watching ?? start()).begun;
    },
    end() {
      followers -= 1;
      if (followers === 0) watching = null;
    },
  };
}

type Watching = {
  /** The result of the last successful look; null before the first. */
  marks: ReadonlyMap<string, string> | null;
  /** Whether the last look failed. */
  missed: boolean;
  /** The first look. */
  begun: Promise<void>;
};
