import { mkdir } from 'node:fs/promises';
import type { Config } from './config.ts';
import { type Database, type DatabaseOptions, openDatabase } from './db/client.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { migrateQueue } from './jobs/queue.ts';

/** The store, started where it is ours, brought to today's schema, and open. */
export type OpenStore = {
  readonly db: Database;
  readonly url: string;
  readonly kind: 'embedded' | 'external';
  close(): Promise<void>;
};

/** Opens the store that the configuration names. Any number of processes may do so at once. */
export async function openStore(config: Config, options: DatabaseOptions = {}): Promise<OpenStore> {
  await mkdir(config.dataFolder, { recursive: true });
  const embedded =
    config.database.kind === 'embedded' ? await startEmbedded({ folder: config.database.folder }) : null;
  const url = config.database.kind === 'external' ? config.database.url : (embedded?.url ?? '');
  try {
    await migrate(url);
    await migrateQueue(url);
    const db = openDatabase(url, options);
    return {
      db,
      url,
      kind: config.database.kind,
      close: async () => {
        try {
          await db.close();
        } finally {
          await embedded?.release();
        }
      },
    };
  } catch (error) {
    await embedded?.release();
    throw error;
  }
}
