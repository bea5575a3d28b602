import { setTimeout as sleep } from 'node:timers/promises';

export type RowWatch = {
  /** Begins to look, when nobody asked for it before; resolves after the first look, or when that fails. */
  begin(): Promise<void>;
  /** One less needs it. */
  end(): void;
};

type WatchOptions = {
  /** The rows by their ids, each with a mark that is another one after each change of the row. */
  readonly read: () => Promise<ReadonlyMap<string, string>>;
  /** Called with each id whose row is another one than at the last look. */
  readonly onChange: (id: string) => void;
  /** Looks failed: what changed since then is not known. */
  readonly onMissed: () => void;
};

const lookEveryMs = 2_000;

/**
 * Looks at rows every two seconds while somebody follows them: a process may end between its commit and its news.
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
  /** What was found by the last look that succeeded; null before the first. */
  marks: ReadonlyMap<string, string> | null;
  /** Whether the last look failed. */
  missed: boolean;
  /** The first look. */
  begun: Promise<void>;
};
