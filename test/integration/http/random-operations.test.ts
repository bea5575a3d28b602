import fc from 'fast-check';
import { execute, parse, validate } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { localCaller } from '../../../src/access/caller.ts';
import type { Context, Services } from '../../../src/graphql/context.ts';
import { maskError } from '../../../src/graphql/mask-error.ts';
import { RecordedReads } from '../../../src/graphql/reads.ts';
import { newOrigin } from '../../../src/graphql/request-origin.ts';
import { refuseWhole } from '../../../src/http/refuse-whole.ts';
import { createAnswerCache } from '../../../src/http/cache/cache.ts';
import { schema } from '../../../src/schema.ts';
import { noMeter } from '../../../src/shared/meter.ts';
import { noTracer } from '../../../src/shared/tracer.ts';
import { openApp, testNow } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { randomOperation } from '../../support/random-operation.ts';
import { openStore } from '../../support/store.ts';
import { openVersions } from '../../../src/streams/versions.ts';
import { ask, serve } from './support.ts';

const db = await openStore();
const log = pino({ level: 'silent' });
const accounts = [anAccount(), anAccount()];
for (const account of accounts) {
  const posts = Array.from({ length: 8 }, (_, at) =>
    aPost(account, { createdAt: testNow.getTime() - at * 3_600_000 }),
  );
  await savePosts(db, account, posts);
}
const services = { refreshing: { afterMs: 900_000, refresh: () => {} } } as unknown as Services; // safe: as in openApp
const app = openApp(db);
const plain = await serve(app);
const cache = createAnswerCache({ versions: await openVersions(db), maxBytes: 50_000_000, ttlMs: 900_000 });
const cached = await serve(openApp(db), { cache });

const handles = accounts.map(({ handle }) => handle);
const streams = await db.sql<{ id: number }[]>`select stream_id as id from streams`;
const ids = streams.map(({ id }) => Buffer.from(`Account:${id}`).toString('base64'));
const samples = {
  first: [1, 2, 3],
  limit: [1, 2, 3],
  handle: handles,
  authors: handles,
  ID: ids,
  Int: [1, 2, 3],
  SafeInt: [1, 2],
  Float: [0.5, 1],
  Boolean: [true, false],
  String: [...handles, 'nobody', 'a'],
  DateTime: ['2026-06-01T00:00:00.000Z', '2026-06-15T00:00:00.000Z'],
  from: ['2026-06-01T00:00:00.000Z', '2026-06-14T00:00:00.000Z'],
  to: ['2026-06-15T00:00:00.000Z', '2026-06-16T00:00:00.000Z'],
  Date: ['2026-06-01'],
  Duration: ['P1D', 'P7D'],
  TimeZone: ['UTC', 'Asia/Kathmandu'],
  URL: ['https://example.org'],
};
/** These show the process itself (its age, its memory, its cache), or need a provider. */
const except = ['system', 'fetchQuote'];

/** The answer of graphql-js alone, with the errors as the API shows them. */
async function byGraphqlJs(
  query: string,
  variableValues: Readonly<Record<string, unknown>>,
): Promise<string> {
  const contextValue: Context = {
    db,
    log,
    services,
    now: testNow,
    uploads: new Map(),
    caller: localCaller,
    bill: null,
    reads: new RecordedReads(),
    origin: newOrigin(),
    meter: noMeter,
    tracer: noTracer,
  };
  const { data, errors } = refuseWhole(
    await execute({ schema, document: parse(query), variableValues, contextValue }),
  );
  return inOrder({
    ...(errors && { errors: errors.map((error) => maskError(error, newOrigin(), log)) }),
    data,
  });
}

/** The same text for the same answer: timing decides which of several errors ends a field, and is reported. */
function inOrder({ data, errors = [] }: { data?: unknown; errors?: readonly unknown[] }): string {
  return JSON.stringify({ data, hasFailed: errors.length > 0 });
}

test('random operations have the same answer by graphql-js, compiled or not, and from the cache', async () => {
  let [answered, compared, hits] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(10_000), { minLength: 30, maxLength: 70 }), async (choices) => {
      const operation = randomOperation(schema, choices, { samples, except });
      const { query, variables } = operation;
      expect(validate(schema, parse(query)), query).toEqual([]);
      const first = await ask(plain, operation);
      if (first.body.includes('QUERY_TOO_COMPLEX')) return;
      compared += 1;
      const told = `${query}\n${JSON.stringify(variables)}`;
      expect(inOrder(JSON.parse(first.body)), told).toBe(await byGraphqlJs(query, variables));
      const isWhole = !first.body.startsWith('{"errors"') && !first.body.includes('"errors":[');
      if (isWhole) answered += 1;
      // The fourth run is compiled.
      for (let asked = 1; asked < 4; asked++) {
        const again = await ask(plain, operation);
        expect(isWhole ? again.body : inOrder(JSON.parse(again.body)), told).toBe(
          isWhole ? first.body : inOrder(JSON.parse(first.body)),
        );
      }
      for (const answer of [await ask(cached, operation), await ask(cached, operation)]) {
        if (answer.headers['x-larkstat-cache'] === 'hit') hits += 1;
        if (isWhole) expect(answer.body, told).toBe(first.body);
        else expect(inOrder(JSON.parse(answer.body)), told).toBe(inOrder(JSON.parse(first.body)));
      }
    }),
    { numRuns: 200, endOnFailure: true, seed: 20_261_128 },
  );
  expect([compared > 150, answered > 80, hits > 40], `${compared} ${answered} ${hits}`).toEqual([
    true,
    true,
    true,
  ]);
});
