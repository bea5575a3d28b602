import { Client, fetchExchange, gql, type OperationResult } from 'urql';
import { expect, it } from 'vitest';
import { keepLastAnswer } from '../../../../web/src/api/keep-last-answer.ts';

type Answered = Pick<OperationResult, 'data' | 'error'>;

/** A client of a server whose answers the test sets, and the answers that reach one query. */
function aClient() {
  const server: { answer: () => Response } = { answer: () => Response.error() };
  const client = new Client({
    url: 'http://server.test/graphql',
    preferGetMethod: false,
    fetch: async () => server.answer(),
    exchanges: [keepLastAnswer(), fetchExchange],
  });
  const answers: Answered[] = [];
  const asked = client.executeQuery(
    { query: gql('{ a }'), variables: {}, key: 1 },
    { requestPolicy: 'network-only' },
  );
  return { server, answers, ask: () => asked.subscribe((answer) => answers.push(answer)) };
}

const json = (body: unknown) => () =>
  new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
const gone = () => {
  throw new TypeError('refused');
};

it('what was shown stays when the same question is not answered again', async () => {
  const { server, answers, ask } = aClient();
  server.answer = json({ data: { a: 1 } });
  ask();
  await expect.poll(() => answers.at(-1)?.data).toEqual({ a: 1 });
  server.answer = gone;
  ask();
  await expect.poll(() => answers.at(-1)?.error?.networkError).toBeDefined();
  expect(answers.at(-1)?.data).toEqual({ a: 1 });
  server.answer = json({ data: { a: 2 } });
  ask();
  await expect.poll(() => answers.at(-1)?.data).toEqual({ a: 2 });
  expect(answers.at(-1)?.error).toBeUndefined();
});

it('what the server refuses takes the place of what was shown', async () => {
  const { server, answers, ask } = aClient();
  server.answer = json({ data: { a: 1 } });
  ask();
  await expect.poll(() => answers.at(-1)?.data).toEqual({ a: 1 });
  server.answer = json({ errors: [{ message: 'Gone' }] });
  ask();
  await expect.poll(() => answers.at(-1)?.error?.graphQLErrors.length).toBe(1);
  expect(answers.at(-1)?.data).toBeUndefined();
});

it('nothing is kept for components that are gone', async () => {
  const { server, answers, ask } = aClient();
  server.answer = json({ data: { a: 1 } });
  const { unsubscribe } = ask();
  await expect.poll(() => answers.at(-1)?.data).toEqual({ a: 1 });
  unsubscribe();
  server.answer = gone;
  ask();
  await expect.poll(() => answers.at(-1)?.error?.networkError).toBeDefined();
  expect(answers.at(-1)?.data).toBeUndefined();
});
