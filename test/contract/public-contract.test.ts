import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  astFromValue,
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  print,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/schema.ts';
import { realData } from '../support/real-data.ts';
import { toChange, toCome, toLeave } from './to-come.ts';

/** The contract is beside the real data; null, with a visible line, when that is missing. */
function contractText(): string | null {
  const folder = realData('the comparison with the public contract');
  if (folder === null) return null;
  const path = join(folder, '..', 'contract.graphql');
  if (existsSync(path)) return readFileSync(path, 'utf8');
  process.stderr.write(`skipped: the comparison with the public contract (no ${path})\n`);
  return null;
}

/** What clients may rely on, by name: types with their kind, fields and arguments with types and defaults. */
function promisesOf(of: GraphQLSchema): ReadonlyMap<string, string> {
  const types = Object.values(of.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return new Map(types.flatMap(promisesOfType));
}

function promisesOfType(type: GraphQLNamedType): [string, string][] {
  const promises: [string, string][] = [[type.name, type.constructor.name]];
  if (isEnumType(type)) {
    for (const { name } of type.getValues()) promises.push([`${type.name}.${name}`, 'a value']);
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const { name } of type.getInterfaces()) promises.push([`${type.name} is a ${name}`, 'true']);
  }
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      const place = `${type.name}.${field.name}`;
      promises.push([place, typeOf(field)]);
      if (!('args' in field)) continue;
      for (const arg of field.args) promises.push([`${place}(${arg.name})`, typeOf(arg)]);
    }
  }
  return promises;
}

/** A default as clients write it: inside the program a duration is a number. */
function typeOf(place: { readonly type: GraphQLType; readonly defaultValue?: unknown }): string {
  const fallback =
    place.defaultValue === undefined || !isInputType(place.type)
      ? null
      : astFromValue(place.defaultValue, place.type);
  return `${place.type}${fallback ? ` = ${print(fallback)}` : ''}`;
}

const text = contractText();

describe.skipIf(text === null)('the public contract', () => {
  const promised = promisesOf(buildSchema(text ?? 'scalar Nothing'));
  const kept = promisesOf(schema);
  /** `Account.conversations(first)` is to come where `Account.conversations` or `Account` is. */
  const isToCome = (name: string) =>
    toCome.some(
      (prefix) => name === prefix || (/^[.( ]/.test(name.slice(prefix.length)) && name.startsWith(prefix)),
    );

  test('is fulfilled, except what is listed as still to come', () => {
    const missing = [...promised.keys()].filter((name) => !kept.has(name));
    expect(missing.filter((name) => !isToCome(name))).toEqual([]);
  });

  test('is fulfilled exactly, except what is listed as still to change: types, nullability, defaults', () => {
    const names = [...promised.keys()].filter((name) => kept.has(name) && !toChange.includes(name));
    const pick = (from: ReadonlyMap<string, string>) => names.map((name) => `${name}: ${from.get(name)}`);
    expect(pick(kept)).toEqual(pick(promised));
  });

  test('requires no more arguments than it says, except those that are listed as still to leave', () => {
    const required = ([name, type]: readonly [string, string]) => name.includes('(') && /!$/.test(type);
    const added = [...kept].filter(([name]) => !promised.has(name) && promised.has(name.replace(/\(.*/, '')));
    expect(added.filter(required).map(([name]) => name)).toEqual(toLeave);
  });

  test('has everything that is listed as still to come or change, and none of it is done yet', () => {
    expect(toCome.filter((name) => !promised.has(name) || kept.has(name))).toEqual([]);
    expect(toChange.filter((name) => !kept.has(name) || kept.get(name) === promised.get(name))).toEqual([]);
  });
});
