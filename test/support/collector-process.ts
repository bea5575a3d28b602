import { pino } from 'pino';
import { startCollecting } from '../../src/collect/collector.ts';
import { openDatabase } from '../../src/db/client.ts';

/** A collector as a process of its own, to be killed or stopped: database, chat, folder. */
const [url = '', ircUrl = '', root = ''] = process.argv.slice(2);
const db = openDatabase(url, { poolSize: 6 });
const collecting = startCollecting({
  db,
  ircUrl,
  channelsMax: 500,
  root,
  maxBytes: 100_000_000,
  log: pino({ level: 'warn' }, pino.destination(2)),
});
process.on('SIGTERM', async () => {
  await collecting.close();
  await db.close();
  process.exit(0);
});
process.stdout.write('ready\n');
