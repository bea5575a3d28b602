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
  ['/x/Lark?range=30d&zone=UTC', { handle: 'Lark', zone: 'UTC' }],
  ['/x/@Lark', { handle: 'Lark' }],
  ['/embed/x/Lark', { handle: 'Lark' }],
  ['/topic/a%20word?zone=Asia/Tokyo', { query: 'a word', zone: 'Asia/Tokyo' }],
  ['/twitch/%23Lark', { login: 'lark' }],
])('%s asks the two questions of its page', (address, expected) => {
  const variables = asked(address);
  expect(variables).toHaveLength(2);
  for (const one of variables) expect(one).toMatchObject(expected);
});

it.each(['/', '/x/', '/x/a/b', '/posts?q=x', '/topic/%E0%A4%A', '/twitch/no login', '/constructor/x'])(
  '%s asks nothing',
  (address) => {
    expect(asked(address)).toEqual([]);
  },
);
