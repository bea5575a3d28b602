import { distributeStore } from '../db/distribute.ts';
import { countOf, type Environment, type Output, print } from './output.ts';
import { withProgress } from './progress.ts';
import { stopped } from './stopped.ts';
import { withNewStore } from './with-store.ts';

/** Distributes the streams over the nodes of a Citus cluster, or only shows what would be done. */
export async function distribute(
  environment: Environment,
  options: Output & { readonly shards: number; readonly dryRun?: boolean },
): Promise<void> {
  const { dryRun = false, shards } = options;
  await withNewStore(environment, async ({ url }) => {
    const done = await withProgress(options, '{value}/{total} tables', (report) =>
      distributeStore(url, {
        shards,
        dryRun,
        signal: stopped,
        onTable: (name, at, total) => report(at, total, { message: name }),
      }),
    );
    const place = `${countOf(done.nodes, 'node')}, in ${countOf(done.shards, 'shard')} each`;
    print(options, { dryRun, ...done }, [
      done.tables.length === 0
        ? `The store is distributed: over ${place}`
        : `${dryRun ? 'Would distribute' : 'Distributed'} ${countOf(done.tables.length, 'table')} over ${place}: ${done.tables.join(', ')}`,
    ]);
  });
}
