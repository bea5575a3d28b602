import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BenchStore, openBenchStore } from './store.ts';

/**
 * A store that is filled once. When the run keeps stores, it is in a folder of this name there, and the next run finds
 * it as this one leaves it; delete the folder when its contents change. Otherwise it is filled each time and removed by
 * `close`.
 */
export async function openFilledStore(
  keepStores: string | null,
  name: string,
  fill: (store: BenchStore) => Promise<void>,
): Promise<BenchStore> {
  if (keepStores === null) return filled(await openBenchStore(), fill);
  const folder = join(keepStores, name);
  // Written when the store is complete: an interrupted one is filled again.
  const mark = join(folder, 'filled');
  const isFilled = await stat(mark).then(
    () => true,
    () => false,
  );
  if (isFilled) return openBenchStore(folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const store = await filled(await openBenchStore(folder), fill);
  await writeFile(mark, '');
  return store;
}

async function filled(store: BenchStore, fill: (store: BenchStore) => Promise<void>): Promise<BenchStore> {
  try {
    await fill(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
