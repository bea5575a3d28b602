import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildSchema, graphql, type GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { listsInTurns } from '../../../src/graphql/lists-in-turns.ts';

/** Milliseconds that a long item takes: two of them fill a turn. */
const longMs = 6;

test('two long lists from one statement are completed in two turns of the event loop', async () => {
  const seen = await turnsOfTwoLists(longMs);
  expect(seen.get('0 first')).toBe(seen.get('0 last'));
  expect(seen.get('1 first')).toBe(seen.get('1 last'));
  expect(seen.get('1 first')).not.toBe(seen.get('0 first'));
});

/**
 * Requests two lists that arrive in one turn, each with two items; returns the turn in which each item was completed.
 */
async function turnsOfTwoLists(itemMs: number): Promise<ReadonlyMap<string, number>> {
  const schema = listsInTurns(
    buildSchema('type Query { words(first: Int): [Word!]! } type Word { text: String! }'),
  );
  const turns = countTurns();
  const seen = new Map<string, number>();
  const { text } = (schema.getType('Word') as GraphQLObjectType).getFields(); // safe: the schema above has it
  if (text !== undefined) {
    text.resolve = (word: string) => {
      seen.set(word, turns.count());
      work(itemMs);
      return word;
    };
  }
  const statement = nextTurn();
  let asked = 0;
  const words = async () => {
    const list = asked++;
    await statement;
    return [`${list} first`, `${list} last`];
  };
  const source = '{ one: words(first: 2) { text } two: words(first: 2) { text } }';
  const { errors } = await graphql({ schema, source, rootValue: { words } });
  turns.end();
  expect(errors).toBeUndefined();
  return seen;
}

function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

function countTurns(): { count(): number; end(): void } {
  let [turn, counting] = [0, true];
  const look = (): void => {
    turn++;
    if (counting) setImmediate(look);
  };
  setImmediate(look);
  return {
    count: () => turn,
    end: () => {
      counting = false;
    },
  };
}
