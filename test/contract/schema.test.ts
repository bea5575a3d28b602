import { readdirSync, readFileSync } from 'node:fs';
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  parse,
  printSchema,
  specifiedRules,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/schema.ts';

const folder = new URL('../../schema/', import.meta.url);
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));

describe('the printed schema', () => {
  test('is what the code says', () => {
    const stored = readFileSync(new URL('schema.graphql', folder), 'utf8');
    expect(stored).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
  });

  test('describes every type, field, argument and input', () => {
    expect(types.flatMap(undescribed)).toEqual([]);
  });

  test('has the error codes that clients switch on, and no other', () => {
    const type = schema.getType('ErrorCode');
    const names = isEnumType(type) ? type.getValues().map((value) => value.name) : [];
    expect(names.sort().join(' ')).toBe(
      'ACCOUNT_PROTECTED ACCOUNT_SUSPENDED BAD_INPUT BUDGET_EXCEEDED FORBIDDEN INTERNAL NOT_FOUND ' +
        'PROVIDER_NOT_CONFIGURED PROVIDER_UNAVAILABLE QUERY_TOO_COMPLEX RATE_LIMITED TIMEOUT UNAUTHENTICATED',
    );
  });
});

/** Names of what lacks a sentence. Connections, edges and PageInfo are Relay's, and speak for themselves. */
function undescribed(type: GraphQLNamedType): string[] {
  const relay = /(Connection|Edge|PageInfo)$/.test(type.name);
  const builtIn = ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name);
  const missing = type.description || relay || builtIn ? [] : [type.name];
  if (relay || !(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))) return missing;
  const paging = ['first', 'last', 'after', 'before'];
  for (const field of Object.values(type.getFields())) {
    if (!field.description && field.name !== 'id') missing.push(`${type.name}.${field.name}`);
    const args = 'args' in field ? field.args : [];
    for (const arg of args) {
      if (!arg.description && !paging.includes(arg.name) && !(field.name === 'node' && arg.name === 'id')) {
        missing.push(`${type.name}.${field.name}(${arg.name})`);
      }
    }
  }
  return missing;
}

describe('the named operations', () => {
  const operations = readdirSync(new URL('operations/', folder)).filter((name) => name.endsWith('.graphql'));

  test('are one for each of the twenty-two classic stats, and a whole dashboard', () => {
    expect(operations.filter((name) => /^\d\d-/.test(name))).toHaveLength(22);
    expect(operations).toContain('dashboard.graphql');
  });

  test.each(operations)('%s is valid and has a name', (name) => {
    const document = parse(readFileSync(new URL(`operations/${name}`, folder), 'utf8'));
    expect(validate(schema, document, specifiedRules)).toEqual([]);
    const named = document.definitions.filter((node) => node.kind === 'OperationDefinition' && node.name);
    expect(named).toHaveLength(1);
  });
});
