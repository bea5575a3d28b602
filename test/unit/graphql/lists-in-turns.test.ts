import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildSchema, graphql, type GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { listsInTurns } from '../../../src/graphql/lists-in-turns.ts';

test('the items of two lists that one statement brought are put together in two turns of the event loop', async () => {
  const schema = listsInTurns(
    buildSchema('type Query { words(first: Int): [Word!]! } type Word { text: String! }'),
  );
  const turns = countTurns();
  const seen = new Map<string, number>();
  const { text } = (schema.getType('Word') as GraphQLObjectType).getFields(); // safe: the schema above has it
  if (text !== undefined) {
    text.resolve = (word: string) => {
      seen.set(word, turns.count());
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
  expect(seen.get('0 first')).toBe(seen.get('0 last'));
  expect(seen.get('1 first')).toBe(seen.get('1 last'));
  expect(seen.get('1 first')).not.toBe(seen.get('0 first'));
});

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
