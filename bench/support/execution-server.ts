// One of the two compared servers, `larkstat` or `mercurius`, in its own process.
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { pino } from 'pino';
import type { Database } from '../../src/db/client.ts';
import type { Services } from '../../src/graphql/context.ts';
import { importBuilt } from './build.ts';
import { nestedSchema } from './nested-schema.ts';

const log = pino({ level: 'silent' });

async function listenLarkstat(): Promise<number> {
  const { localCaller } = await importBuilt<typeof import('../../src/access/caller.ts')>('access/caller');
  const { createApp } = await importBuilt<typeof import('../../src/app.ts')>('app');
  const { createHttpServer } = await importBuilt<typeof import('../../src/http/server.ts')>('http/server');
  const { openFolder } =
    await importBuilt<typeof import('../../src/jobs/uploads/folder.ts')>('jobs/uploads/folder');
  // A schema must come from the same package graphql that runs it.
  const { nestedSchema } = await importBuilt<typeof import('./nested-schema.ts')>('nested-schema');
  const db: Pick<Database, 'until'> = { until: () => db as Database };
  const app = createApp({
    db: db as Database, // safe: the schema has its data in memory and uses no store
    log,
    services: {} as Services, // safe: as above
    schema: nestedSchema(),
    limits: { cost: 1_000_000 },
  });
  const server = createHttpServer({
    app,
    access: { identify: () => localCaller, onEnd: () => () => {} },
    uploads: openFolder('.'),
    health: { checks: {} },
    log,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port; // safe: it listens on a port
}

async function listenMercurius(): Promise<number> {
  const app = fastify();
  await app.register(mercurius, { schema: nestedSchema(), jit: 1 });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port; // safe: it listens on a port
}

process.send?.(await (process.argv[2] === 'mercurius' ? listenMercurius() : listenLarkstat()));
process.once('disconnect', () => process.exit());
