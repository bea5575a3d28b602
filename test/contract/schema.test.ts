import { readdirSync, readFileSync } from 'node:fs';
import {
  buildSchema,
  getVariableValues,
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
import { guarded, scopeOf } from '../../src/graphql/guard.ts';
import { schema } from '../../src/schema.ts';
import { needsProvider, tabs, waits } from '../support/tabs.ts';

const folder = new URL('../../schema/', import.meta.url);
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));

describe('the printed schema', () => {
  test('equals the schema of the code', () => {
    const stored = readFileSync(new URL('schema.graphql', folder), 'utf8');
    expect(stored).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
  });

  test('describes every type, field, argument, input and enum value', () => {
    expect(types.flatMap(undescribed)).toEqual([]);
  });

  test('has the error codes that clients switch on, and no other', () => {
    const type = schema.getType('ErrorCode');
    const names = isEnumType(type) ? type.getValues().map((value) => value.name) : [];
    expect(names.sort().join(' ')).toBe(
      'ACCOUNT_PROTECTED ACCOUNT_SUSPENDED BAD_INPUT BUDGET_EXCEEDED FORBIDDEN INTERNAL NOT_FOUND ' +
        'PROVIDER_NOT_CONFIGURED PROVIDER_UNAVAILABLE QUERY_TOO_COMPLEX RATE_LIMITED STORE_UNAVAILABLE TIMEOUT UNAUTHENTICATED',
    );
  });

  test('has no error code that nothing returns', () => {
    const type = schema.getType('ErrorCode');
    const codes = isEnumType(type) ? type.getValues().map((value) => value.name) : [];
    // The list of codes has each as a key; code that returns one has it in quotes.
    const source = sourceFiles().map((path) => readFileSync(path, 'utf8'));
    expect(codes.filter((code) => !source.some((text) => text.includes(`'${code}'`)))).toEqual([]);
  });

  test('mentions nothing that is not built', () => {
    const text = `${printSchema(schema)}${readFileSync(new URL('../README.md', folder), 'utf8')}`;
    expect(text.match(/cache hit|result cache/gi)).toBeNull();
  });
});

/** Every file of the program's code. */
function sourceFiles(): readonly URL[] {
  const source = new URL('../src/', folder);
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => new URL(name, source));
}

/** Names of elements without a description. */
function undescribed(type: GraphQLNamedType): string[] {
  return described(type)
    .filter(([, { description }]) => !description)
    .map(([name]) => name);
}

/** All elements that can have a description: the type, its fields with their arguments, or its values. */
function described(type: GraphQLNamedType): [string, { readonly description?: string | null | undefined }][] {
  const own: ReturnType<typeof described> = [[type.name, type]];
  if (isEnumType(type)) for (const value of type.getValues()) own.push([`${type.name}.${value.name}`, value]);
  if (!(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))) return own;
  for (const field of Object.values(type.getFields())) {
    own.push([`${type.name}.${field.name}`, field]);
    const args = 'args' in field ? field.args : [];
    for (const arg of args) own.push([`${type.name}.${field.name}(${arg.name})`, arg]);
  }
  return own;
}

describe('scopes', () => {
  const fieldsOf = (type: ReturnType<typeof schema.getQueryType>) => Object.values(type?.getFields() ?? {});

  test('each mutation names the scope that it needs: erasing needs more than changing', () => {
    const scopes = fieldsOf(schema.getMutationType()).map((field) => [field.name, scopeOf(field)]);
    expect(Object.fromEntries(scopes)).toEqual({
      addDemo: 'write',
      cancelJob: 'write',
      collectChat: 'write',
      createAlert: 'write',
      createKey: 'admin',
      createShare: 'read',
      deleteAlert: 'write',
      deleteStream: 'admin',
      exportStream: 'write',
      fetchAccount: 'write',
      fetchTopic: 'write',
      importFile: 'write',
      optIn: 'admin',
      optOut: 'admin',
      removeDemo: 'write',
      replayDelivery: 'write',
      retryJob: 'write',
      revokeKey: 'admin',
      revokeShare: 'read',
      testAlert: 'write',
      track: 'write',
      untrack: 'write',
      updateAlert: 'write',
    });
  });

  test('a schema with a mutation without a scope is refused', () => {
    const bare = buildSchema('type Query { ok: Boolean } type Mutation { drop: Boolean }');
    expect(() => guarded(bare)).toThrow('Mutation.drop needs a scope');
  });

  test('of queries and subscriptions only those need one that may cost money, or show keys or opt-outs', () => {
    const types = [schema.getQueryType(), schema.getSubscriptionType()];
    const scoped = types.flatMap(fieldsOf).filter((field) => scopeOf(field) !== null);
    expect(scoped.map(({ name }) => name)).toEqual(['fetchQuote', 'keys', 'optOuts']);
  });
});

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

describe('the tabs of GraphiQL', () => {
  const kept = [
    'channel',
    'channel-events',
    'chat',
    'chat-overlap',
    'chatter',
    'collect-chat',
    'moments',
    'subscription-alert',
    'subscription-job-progress',
    'subscription-moments',
    'track',
    'untrack',
  ];

  test('are all operations except those that need an id or a chat of the visitor, or run until they are stopped', () => {
    const names = readdirSync(new URL('operations/', folder)).filter((name) => name.endsWith('.graphql'));
    const listed = tabs.map(({ operation }) => operation);
    expect([...listed, ...kept].sort()).toEqual(names.map((name) => name.replace('.graphql', '')).sort());
    expect(new Set(listed).size).toBe(listed.length);
  });

  test('begin with the dashboard and the ids, and end with the subscriptions, then with those that need a provider', () => {
    expect(tabs.slice(0, 2).map(({ operation }) => operation)).toEqual(['dashboard', 'streams-and-jobs']);
    const rank = (tab: (typeof tabs)[number]) => (needsProvider(tab) ? 2 : waits(tab) ? 1 : 0);
    expect(tabs.map(rank)).toEqual(tabs.map(rank).sort());
    expect(tabs.filter(needsProvider)).toHaveLength(4);
  });

  test.each(tabs)('$operation has all its variables in the pane, and a comment in its first line', (tab) => {
    const [definition] = parse(tab.text).definitions;
    const declared = definition?.kind === 'OperationDefinition' ? (definition.variableDefinitions ?? []) : [];
    expect(Object.keys(tab.variables).sort()).toEqual(
      declared.map((node) => node.variable.name.value).sort(),
    );
    expect(getVariableValues(schema, declared, tab.variables).errors).toBeUndefined();
    expect(tab.text).toMatch(/^# [A-Z].+\.\n(query|mutation|subscription) \w+/);
  });

  test('put no made-up account on a schedule', () => {
    expect(tabs.filter(({ text }) => /\btrack\(/.test(text))).toEqual([]);
  });
});
