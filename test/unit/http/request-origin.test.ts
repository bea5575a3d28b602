import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { originOf } from '../../../src/http/request-origin.ts';

const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage; // safe: nothing else is read
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

test.each([
  '7b0c5f5e-1d0f-4a57-8a0e-0d6d0e2f9f01',
  '01JD8Z',
  'Root=1-67891233-abcdef012345678912345678',
  'a/b+c=',
])('a well-formed id is used: %s', (id) => {
  expect(originOf(request({ 'x-request-id': id })).requestId).toBe(id);
});

test.each(['', 'a b', 'a"b', 'a\nb', 'ä', '{}', 'x'.repeat(129), 'one, two'])(
  'another one is replaced: %j',
  (id) => {
    expect(originOf(request({ 'x-request-id': id })).requestId).toMatch(uuid);
  },
);

test('a request keeps its id', () => {
  const req = request({});
  expect(originOf(req)).toBe(originOf(req));
  expect(originOf(req).requestId).not.toBe(originOf(request({})).requestId);
});

test.each([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '4bf92f3577b34da6a3ce929d0e0e4736'],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', null],
  ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', null],
  ['nonsense', null],
])('the trace of traceparent %s is %s', (traceparent, traceId) => {
  expect(originOf(request({ traceparent })).traceId).toBe(traceId);
});
