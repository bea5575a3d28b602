import type { Client } from 'urql';
import { expect, it } from 'vitest';
import { askEarly } from '../../../web/src/ask-early.ts';

function asked(address: string): readonly Record<string, unknown>[] {
  const variables: Record<string, unknown>[] = [];
  const api = {
    query: (_document: unknown, of: Record<string, unknown>) => {
      variables.push(of);
      return { toPromise: async () => undefined };
    },
  } as unknown as Client;
  const { pathname, search } = new URL(address, 'http://localhost');
  askEarly(api, { pathname, search });
  return variables;
}

it.each([
  ['/x/Lark?range=30d&zone=UTC', { handle: 'Lark', zone: 'UTC' }, 2],
  ['/x/@Lark', { handle: 'Lark' }, 2],
  ['/embed/x/Lark', { handle: 'Lark' }, 2],
  ['/topic/a%20word?zone=Asia/Tokyo', { query: 'a word', zone: 'Asia/Tokyo' }, 2],
  // Moments and shares may be refused by themselves.
  ['/twitch/%23Lark', { login: 'lark' }, 4],
])('%s asks all questions of its page', (address, expected, count) => {
  const variables = asked(address);
  expect(variables).toHaveLength(count);
  for (const one of variables) expect(one).toMatchObject(expected);
});

it.each(['/', '/x/', '/x/a/b', '/posts?q=x', '/topic/%E0%A4%A', '/twitch/no login', '/constructor/x'])(
  '%s asks nothing',
  (address) => {
    expect(asked(address)).toEqual([]);
  },
);
