import { loadModule } from 'libpg-query';
import { beforeAll, describe, expect, test } from 'vitest';
import { isOfTests } from '../../support/statements/of-tests.ts';
import { faultsOf } from '../../support/statements/rules.ts';

beforeAll(loadModule);

const ofAll = (...tables: readonly string[]) => [
  `reads ${tables.join(', ')} of all streams, and does not say that it is meant to`,
];

describe('a statement names its streams', () => {
  test.each([
    ['by a parameter', 'select text from posts where stream_id = $1'],
    ['by a list', 'select p.text from posts p where p.own and p.stream_id = any($1::int[])'],
    ['by constants', 'select text from posts where stream_id in (1, 2)'],
    [
      'by keys',
      'select 1 from posts where (stream_id, post_id) in (select * from unnest($1::int[], $2::uuid[]))',
    ],
    [
      'through a join',
      'select 1 from posts p join post_terms t using (stream_id, post_id) where t.stream_id = $1',
    ],
    [
      'through a local table',
      'select 1 from streams s join posts p on p.stream_id = s.stream_id where s.stream_id = $1',
    ],
    [
      'through a CTE',
      'with k as (select stream_id as s from posts where stream_id = $1) select 1 from k join posts p on p.stream_id = k.s',
    ],
    [
      'through the row around it',
      'select (select max(likes) from metric_history h where h.stream_id = p.stream_id) from posts p where p.stream_id = $1',
    ],
    [
      'in each arm of a union',
      'select stream_id from posts where stream_id = $1 union all select stream_id from posts where stream_id = $2',
    ],
    [
      'in each arm of a recursive query',
      'with recursive up as (select stream_id, parent_id from posts where stream_id = $1 union all select p.stream_id, p.parent_id from up join posts p on p.stream_id = up.stream_id and p.post_id = up.parent_id) select * from up',
    ],
    ['when it inserts', 'insert into posts (stream_id, post_id) values ($1, $2)'],
    [
      'when it updates',
      'update posts p set likes = v.likes from (values ($2::uuid, $3::int)) v (id, likes) where p.stream_id = $1 and p.post_id = v.id',
    ],
    [
      'and takes the first rows of each day of one',
      'select f.text from unnest($1::date[]) as k (day), lateral (select text from posts p where p.stream_id = $2 and p.created_at > k.day limit 1) f',
    ],
    ['when it deletes', 'delete from post_terms where stream_id = $1'],
    ['when it declares a cursor', 'declare c cursor for select 1 from posts where stream_id = $1'],
  ])('%s', (_, statement) => expect(faultsOf(statement)).toEqual([]));
});

describe('a statement across all streams is reported', () => {
  test.each([
    ['without a condition', 'select count(*) from posts', ['posts']],
    ['with a condition that not all rows meet', 'select 1 from posts where stream_id = $1 or own', ['posts']],
    ['that only returns the stream', 'select stream_id from posts where own', ['posts']],
    [
      'that compares it with no given one',
      'select 1 from streams s join posts p on p.stream_id = s.stream_id',
      ['posts'],
    ],
    ['that excludes one', 'select 1 from posts where stream_id <> $1', ['posts']],
    [
      'in one arm of a union',
      'select stream_id from posts where stream_id = $1 union all select stream_id from posts',
      ['posts'],
    ],
    [
      'in a subquery',
      'select (select count(*) from post_terms) from posts where stream_id = $1',
      ['post_terms'],
    ],
    [
      'in a CTE that writes',
      'with gone as (delete from posts where own returning 1) select count(*) from gone',
      ['posts'],
    ],
    [
      'by a join that leaves rows of all',
      'select 1 from posts p join post_terms t on t.post_id = p.post_id where p.stream_id = $1',
      ['post_terms'],
    ],
  ])('%s', (_, statement, tables) => expect(faultsOf(statement)).toEqual(ofAll(...tables)));

  test('but one that says why is accepted', () => {
    expect(faultsOf('select /* across streams: the whole store */ count(*) from posts')).toEqual([]);
    const newest = '(select p.created_at from posts p order by p.created_at desc limit 1)';
    expect(
      faultsOf(`select /* across streams: the newest */ 1 from posts p where p.created_at >= ${newest}`),
    ).toEqual([]);
  });
});

describe('what a cluster refuses, or does differently, is reported', () => {
  test.each([
    [
      'a lock on rows of several nodes',
      'select /* across streams: all */ 1 from posts for update',
      'locks rows',
    ],
    [
      'a notice on another node',
      "select pg_notify('a', text) from posts where stream_id = $1",
      'notifies on the node',
    ],
    [
      'a moment of its own',
      'update posts set observed_at = coalesce(observed_at, now()) where stream_id = $1',
      'sets what',
    ],
    ['a clock', 'update posts set observed_at = clock_timestamp() where stream_id = $1', 'sets what'],
    [
      'a sum with an interval',
      "update posts set observed_at = created_at + interval '1 day' where stream_id = $1",
      'sets what',
    ],
    [
      'a text in RETURNING',
      'update tally_months set posts = $2 where stream_id = $1 returning month::text',
      'returns what',
    ],
    [
      'a row of the coordinator for each of a node',
      'select (select s.title from streams s where s.stream_id = p.stream_id) from posts p where p.stream_id = $1',
      'asks a table',
    ],
    [
      'a row of a node for each of the coordinator',
      'select (select max(p.created_at) from posts p where p.stream_id = s.stream_id) from streams s where s.stream_id = $1',
      'asks a table',
    ],
    [
      'the first rows for each of a list of streams',
      'select f.text from unnest($1::int[]) as k (stream_id), lateral (select text from posts p where p.stream_id = k.stream_id limit 1) f',
      'takes the first rows of posts',
    ],
    [
      'a table of the coordinator without a column',
      'select 1 from posts where stream_id = $1 and exists (select from streams where kind = $2)',
      'selects no column of streams',
    ],
  ])('%s', (_, statement, fault) =>
    expect(faultsOf(statement)).toEqual([expect.stringMatching(`^${fault}`)]),
  );
});

test('statements that the tests write themselves are known as such', () => {
  expect(isOfTests('delete from post_terms where stream_id = $1')).toBe(true);
  expect(isOfTests(`select count(*) from posts where ${['nobody', 'wrote', 'this'].join('_')} = $1`)).toBe(
    false,
  );
});
