import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startCollecting } from '../../src/collect/collector.ts';
import { openDatabase } from '../../src/db/client.ts';
import { openClient } from '../../src/db/open-client.ts';
import { needsTwoPhases } from '../../src/db/two-phases.ts';

/** A collector in its own process, to be killed or stopped. Arguments: database, chat, folder, and optionally Redis. */
const [url = '', ircUrl = '', root = '', redisUrl] = process.argv.slice(2);
const asking = openClient(url, { purpose: 'working', max: 1 });
const twoPhases = await needsTwoPhases(asking);
await asking.end();
const db = openDatabase(url, { poolSize: 6, twoPhases });
const collecting = startCollecting({
  db,
  ircUrl,
  channelsMax: 500,
  root,
  maxBytes: 100_000_000,
  stream:
    redisUrl === undefined
      ? null
      : { redis: new Redis(redisUrl), prefix: 'test', linesMax: 100_000, claimAfterMs: 2_000 },
  log: pino({ level: 'warn' }, pino.destination(2)),
});
process.on('SIGTERM', async () => {
  await collecting.close();
  await db.close();
  process.exit(0);
});
process.stdout.write('ready\n');
