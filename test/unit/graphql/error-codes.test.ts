import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { codeOf, maskError } from '../../../src/graphql/mask-error.ts';
import { newOrigin, noteOrigin, originOfError } from '../../../src/graphql/request-origin.ts';
import { BadInputError, DomainError } from '../../../src/shared/errors.ts';

const wrapped = (originalError: Error) => new GraphQLError(originalError.message, { originalError });
const withCode = (code: string) => Object.assign(new Error(code), { code });

test.each<[string, unknown]>([
  ['BAD_INPUT', new BadInputError('no')],
  ['BAD_INPUT', wrapped(wrapped(new BadInputError('no')))],
  ['BAD_INPUT', new GraphQLError('Cannot query field')],
  ['QUERY_TOO_COMPLEX', new GraphQLError('too much', { extensions: { code: 'QUERY_TOO_COMPLEX' } })],
  ['BAD_INPUT', new GraphQLError('unheard of', { extensions: { code: 'MADE_UP' } })],
  ['TIMEOUT', wrapped(withCode('57014'))],
  ['TIMEOUT', withCode('55P03')],
  ['STORE_UNAVAILABLE', wrapped(withCode('CONNECTION_CLOSED'))],
  ['INTERNAL', wrapped(withCode('53100'))],
  ['RATE_LIMITED', new DomainError('RATE_LIMITED', 'later')],
  ['INTERNAL', wrapped(new TypeError('x is undefined'))],
  ['INTERNAL', 'not even an error'],
])('%s is counted of what is told as that', (code, error) => {
  expect(codeOf(error)).toBe(code);
  expect(maskError(error, newOrigin(), pino({ level: 'silent' })).extensions.code).toBe(code);
});

test('logs and answers have the id of the request', () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const error = wrapped(new TypeError('x is undefined'));
  noteOrigin(error, { requestId: 'the-id', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' });
  const masked = maskError(error, originOfError(error), log);
  expect(masked.extensions).toEqual({ code: 'INTERNAL', requestId: 'the-id' });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    requestId: 'the-id',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  });
});
