import type { Database } from '../../src/db/client.ts';
import type { KnownVersions } from '../../src/http/cache/label.ts';

type Row = { readonly streamId: number; readonly version: number; readonly name: string };

/** The versions of a store as of the last look at it: a test says when news is heard. */
export type TestVersions = KnownVersions & {
  look(): Promise<void>;
  /** What `current()` does; at first nothing. */
  onCurrent: () => Promise<void>;
};

const nothing = async () => {};

export async function lookAtVersions(db: Database): Promise<TestVersions> {
  let known = new Map<number, Row>();
  const changes = new Map<number, number>();
  let clock = 0;
  let registry = 0;
  const versions: TestVersions = {
    of: (streamId) => known.get(streamId)?.version ?? null,
    registry: () => registry,
    sum: () => [...known.values()].reduce((sum, { version }) => sum + version, 0),
    clock: () => clock,
    changedAt: (streamId) => changes.get(streamId) ?? 0,
    isCurrent: () => versions.onCurrent === nothing,
    current: () => versions.onCurrent(),
    onCurrent: nothing,
    async look() {
      const rows = await db.sql<Row[]>`
        select stream_id as "streamId", version::float8 as version, coalesce(handle, title) as name
        from streams left join accounts using (stream_id)`;
      const found = new Map(rows.map((row) => [row.streamId, row]));
      for (const streamId of new Set([...known.keys(), ...found.keys()])) {
        const [before, after] = [known.get(streamId), found.get(streamId)];
        if (before?.version !== after?.version) changes.set(streamId, ++clock);
        if (before?.name !== after?.name) registry += 1;
      }
      known = found;
    },
  };
  await versions.look();
  return versions;
}
