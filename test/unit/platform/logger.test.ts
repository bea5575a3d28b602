import { expect, test } from 'vitest';
import { briefError } from '../../../src/platform/logger.ts';

const failure = () =>
  Object.assign(new Error('it is away'), { code: 'ECONNREFUSED', port: 5432, client: { sockets: ['many'] } });

test('a logged error has its plain fields and no objects that a driver hung on it', () => {
  expect(briefError(failure())).toEqual({
    type: 'Error',
    message: 'it is away',
    stack: expect.stringContaining('logger.test'),
    code: 'ECONNREFUSED',
    port: 5432,
  });
});

test('it has its causes, and each of several errors', () => {
  const error = new AggregateError([failure()], 'all failed', { cause: new Error('the reason') });
  expect(briefError(error)).toMatchObject({
    message: 'all failed: the reason',
    stack: expect.stringContaining('caused by'),
    aggregateErrors: [{ code: 'ECONNREFUSED' }],
  });
  expect(briefError(error)).not.toHaveProperty('aggregateErrors.0.client');
});

test('what is no error is left as it is', () => {
  expect(briefError({ code: 7 })).toEqual({ code: 7 });
});
