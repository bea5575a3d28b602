import { setTimeout as sleep } from 'node:timers/promises';
import { buildSchema, type ExecutionResult, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Context } from '../../../src/graphql/context.ts';
import { RecordedReads } from '../../../src/graphql/reads.ts';
import { createEventAnswers } from '../../../src/http/event-answers.ts';

const schema = buildSchema('type Query { _: Int } type Subscription { count: Int }');
const document = parse('subscription { count }');
const stream = 7;

type Resolve = (reads: RecordedReads) => unknown;

/** Counts how often each query was computed. */
function answering({ operationsAtOnce = 100 } = {}) {
  const { queryOf, claim } = createEventAnswers({
    operationMs: 60_000,
    operationsAtOnce,
    now: () => new Date(),
  });
  const db = { until: () => db };
  const context = { db, caller: { scope: 'read' }, reads: new RecordedReads() };
  const contextValue = context as unknown as Context; // safe: nothing else is used
  const query = queryOf({ schema, document, contextValue }, stream);
  let computed = 0;
  const anEvent = (resolve: Resolve = () => {}) => ({
    count: async (_args: unknown, { reads }: Context) => {
      const count = ++computed;
      await resolve(reads as RecordedReads); // safe: a moment has such a record
      return count;
    },
  });
  const ask = (event: object) => {
    const { answers, release } = claim(query, [event]);
    const answer = (async () => {
      const result = (await answers[0]) as ExecutionResult;
      release();
      return result.data?.count ?? null;
    })();
    return { answer, release };
  };
  return { anEvent, ask, computed: () => computed };
}

test('an event is answered once, for those who ask meanwhile and for those who ask later', async () => {
  const { anEvent, ask } = answering();
  const event = anEvent((reads) => reads.stream(stream));
  const together = [ask(event), ask(event)].map(({ answer }) => answer);
  expect(await Promise.all(together)).toEqual([1, 1]);
  expect(await ask(event).answer).toBe(1);
  expect(await ask(anEvent()).answer).toBe(2);
});

test.each<[string, Resolve]>([
  ['fails', () => Promise.reject(new Error('away'))],
  ['shows another stream', (reads) => reads.stream(stream + 1)],
  ['shows jobs', (reads) => reads.never()],
  ['shows posts of all streams', (reads) => reads.all()],
  ['shows which streams there are', (reads) => reads.registry()],
  ['is true for a moment', (reads) => reads.keep(0)],
])('an answer that %s is made anew for those who come later', async (_what, resolve) => {
  const { anEvent, ask, computed } = answering();
  const event = anEvent(resolve);
  await ask(event).answer;
  await ask(event).answer;
  expect(computed()).toBe(2);
});

test('a limited number of events is answered at once, and none for a client that has left', async () => {
  const { anEvent, ask, computed } = answering({ operationsAtOnce: 2 });
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const asked = Array.from({ length: 5 }, () => ask(anEvent(() => held)));
  await expect.poll(computed).toBe(2);
  await sleep(20);
  expect(computed()).toBe(2);
  asked[2]?.release();
  expect(await asked[2]?.answer).toBe(null);
  finish();
  expect(await Promise.all(asked.map(({ answer }) => answer))).toEqual([1, 2, null, 3, 4]);
});
