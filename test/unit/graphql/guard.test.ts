import { buildSchema, type GraphQLResolveInfo } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { newOrigin } from '../../../src/graphql/request-origin.ts';
import { noMeter } from '../../../src/shared/meter.ts';
import type { Context } from '../../../src/graphql/context.ts';
import { guarded, needs } from '../../../src/graphql/guard.ts';
import { BadInputError } from '../../../src/shared/errors.ts';

/** How the audit log reports the end of this mutation. */
async function outcomeOf(resolve: () => unknown): Promise<unknown> {
  const schema = buildSchema('type Query { any: Int } type Mutation { change: Int }');
  const field = schema.getMutationType()?.getFields().change;
  if (field === undefined) throw new Error('the schema has it');
  Object.assign(field, { resolve: async () => resolve(), extensions: needs('read') });
  guarded(schema);
  const lines: { readonly outcome?: string }[] = [];
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
  const caller = { scope: 'admin', keyName: 'laptop' };
  const context = { caller, log, meter: noMeter, origin: newOrigin() } as unknown as Context; // safe: all that a guard reads
  await Promise.resolve(field.resolve?.(null, {}, context, {} as GraphQLResolveInfo)).catch(() => {});
  expect(lines).toHaveLength(1);
  return lines[0]?.outcome;
}

const failing = (error: Error) => () => {
  throw error;
};

test('the audit of a mutation has the code that its caller gets', async () => {
  expect(await outcomeOf(() => 1)).toBe('ok');
  expect(await outcomeOf(failing(new BadInputError('no such thing')))).toBe('BAD_INPUT');
  expect(await outcomeOf(failing(new Error('a bug')))).toBe('INTERNAL');
  const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' });
  expect(await outcomeOf(failing(away))).toBe('STORE_UNAVAILABLE');
  const slow = Object.assign(new Error('canceling statement'), { code: '57014' });
  expect(await outcomeOf(failing(slow))).toBe('TIMEOUT');
});
