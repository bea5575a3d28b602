import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { attached } from '../../../src/shared/attached.ts';

test('an attached value is created once for each object and each maker, and a copy of the object does not have it', () => {
  const [first, second] = [{ name: 'a' }, { name: 'b' }];
  const listOf = ({ name }: { readonly name: string }) => [name];
  const mapOf = () => new Map();
  expect(attached(first, listOf)).toEqual(['a']);
  expect(attached(first, listOf)).toBe(attached(first, listOf));
  expect(attached(second, listOf)).toEqual(['b']);
  expect(attached(first, mapOf)).toBe(attached(first, mapOf));
  expect(attached({ ...first }, listOf)).not.toBe(attached(first, listOf));
  expect(Object.keys(first)).toEqual(['name']);
  expect(JSON.stringify(first)).toBe('{"name":"a"}');
});

test('a value that is attached to an object of a request is collected with it, without a full collection', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;
  const oldBytes = () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0;
  const thingsOf = (request: object) => ({
    request,
    things: Array.from({ length: 5_000 }, (_, id) => ({ id })),
  });
  const serve = (): void => void attached({}, thingsOf);
  const collectTwice = () => {
    collect({ type: 'minor' });
    collect({ type: 'minor' });
  };
  serve();
  // What other tests of the process left becomes old now, not while the requests are served.
  collectTwice();
  const before = oldBytes();
  for (let request = 0; request < 50; request++) {
    serve();
    collectTwice();
  }
  // All of it together takes 10 MB.
  expect(oldBytes() - before).toBeLessThan(5_000_000);
});
