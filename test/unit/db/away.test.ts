import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { isAway, isLost, storeUnavailable } from '../../../src/db/away.ts';
import { BadInputError, DomainError } from '../../../src/shared/errors.ts';

const error = (more: object, message = 'failed') => Object.assign(new Error(message), more);
const fromPostgres = (code: string, severity = 'FATAL') => error({ code, severity });
const fromSocket = (code: string, syscall = 'connect') => error({ code, syscall });

describe('an error that means that the database is unavailable', () => {
  test.each([
    ['postgres.js: the connection was closed', error({ code: 'CONNECTION_CLOSED' })],
    ['postgres.js: it was destroyed', error({ code: 'CONNECTION_DESTROYED' })],
    ['postgres.js: none could be made in time', error({ code: 'CONNECT_TIMEOUT' })],
    ['nobody listens', fromSocket('ECONNREFUSED')],
    ['no socket file', fromSocket('ENOENT')],
    ['reset while it was read', fromSocket('ECONNRESET', 'read')],
    ['broken while it was written', fromSocket('EPIPE', 'write')],
    ['no answer', fromSocket('ETIMEDOUT', 'read')],
    ['no such name', fromSocket('EAI_AGAIN', 'getaddrinfo')],
    ['no way there', fromSocket('EHOSTUNREACH')],
    ['every address refused', new AggregateError([fromSocket('ECONNREFUSED'), fromSocket('ENETUNREACH')])],
    ['admin_shutdown', fromPostgres('57P01')],
    ['crash_shutdown', fromPostgres('57P02')],
    ['cannot_connect_now', fromPostgres('57P03')],
    ['idle_session_timeout', fromPostgres('57P05')],
    ['idle_in_transaction_session_timeout', fromPostgres('25P03')],
    ['too_many_connections', fromPostgres('53300')],
    ['connection_failure', fromPostgres('08006', 'ERROR')],
    ['pg: the connection ended', new Error('Connection terminated unexpectedly')],
    ['pg: none could be made in time', new Error('timeout exceeded when trying to connect')],
    ['what Drizzle puts around it', new DrizzleQueryError('select 1', [], fromSocket('ECONNREFUSED'))],
  ])('%s', (_, cause) => {
    expect(isAway(cause)).toBe(true);
    expect(storeUnavailable(cause, 0)).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryAt: new Date(5_000),
      cause,
    });
  });
});

test('a connection that the other side ended counts as lost before it is closed', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  const socket = connect(port, '127.0.0.1').resume();
  // Also after Node has ended the connection; this error has no system call.
  socket.once('end', () => queueMicrotask(() => socket.write('select 1')));
  const [cause] = await once(socket, 'error');
  expect([isLost(cause), isAway(cause)]).toEqual([true, true]);
  server.close();
});

describe('an error that does not mean that the database is unavailable', () => {
  test.each([
    ['a statement that was cancelled, or ran out of time', fromPostgres('57014', 'ERROR')],
    ['a full disk', fromPostgres('53100', 'ERROR')],
    ['a lock that was waited for too long', fromPostgres('55P03', 'ERROR')],
    ['a deadlock', fromPostgres('40P01', 'ERROR')],
    ['a wrong password', fromPostgres('28P01')],
    ['no such database', fromPostgres('3D000')],
    ['a broken constraint', fromPostgres('23505', 'ERROR')],
    ['a file that is not there', fromSocket('ENOENT', 'open')],
    ['a code of no socket', error({ code: 'ECONNREFUSED' })],
    ['a provider that cannot be reached', error({ cause: fromSocket('ECONNREFUSED') }, 'fetch failed')],
    [
      "a provider's failure",
      new DomainError('PROVIDER_UNAVAILABLE', 'refused', { cause: fromSocket('ECONNREFUSED') }),
    ],
    ['bad input', new BadInputError('Connection terminated')],
    ['no error at all', 'ECONNREFUSED'],
    ['nothing', undefined],
  ])('%s', (_, cause) => {
    expect(isAway(cause)).toBe(false);
    expect(storeUnavailable(cause)).toBeNull();
  });
});

test('a fatal error ends its connection, whether it is temporary or not', () => {
  expect(isLost(fromPostgres('28P01'))).toBe(true);
  expect(isLost(fromPostgres('25P03'))).toBe(true);
  expect(isLost(fromPostgres('08P01', 'ERROR'))).toBe(false);
});
