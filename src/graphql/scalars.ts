import { GraphQLScalarType, Kind } from 'graphql';
import { formatDuration, parseDuration } from '../shared/duration.ts';
import { BadInputError } from '../shared/errors.ts';
import { toIso } from '../shared/instant.ts';
import { parseZone } from '../shared/zone.ts';
import { builder } from './builder.ts';

const instant = /^(\d{4})-(\d{2})-(\d{2})[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})$/;
const day = /^\d{4}-\d{2}-\d{2}$/;

/** A scalar that is text in variables and in documents alike. */
function textScalar<Internal, Output>(
  name: string,
  description: string,
  parse: (text: string) => Internal,
  serialize: (value: unknown) => Output,
): GraphQLScalarType<Internal, Output> {
  const parseValue = (value: unknown): Internal => {
    if (typeof value !== 'string') throw new BadInputError(`${name} expects a string, not ${typeof value}`);
    return parse(value);
  };
  return new GraphQLScalarType({
    name,
    description,
    parseValue,
    parseLiteral: (node) => {
      if (node.kind !== Kind.STRING) throw new BadInputError(`${name} expects a string in quotes`);
      return parse(node.value);
    },
    serialize,
  });
}

function parseInstant(text: string): Date {
  const value = new Date(text);
  if (!instant.test(text) || Number.isNaN(value.getTime()) || !isDay(text.slice(0, 10))) {
    throw new BadInputError(
      `Not an RFC 3339 instant: ${text.slice(0, 60)}. Expected e.g. 2026-11-21T10:00:00Z`,
    );
  }
  // The years that RFC 3339 can write and Postgres can hold.
  const year = value.getUTCFullYear();
  if (year < 1 || year > 9999) {
    throw new BadInputError(
      `Invalid instant: ${text.slice(0, 60)} is in the year ${year} of UTC, 1 to 9999 allowed`,
    );
  }
  return value;
}

/** Rejects 2023-02-30, which Date takes for the second of March. */
function isDay(text: string): boolean {
  const value = new Date(`${text}T00:00:00Z`);
  return day.test(text) && !Number.isNaN(value.getTime()) && value.toISOString().startsWith(text);
}

function parseDay(text: string): string {
  if (!isDay(text))
    throw new BadInputError(`Not a calendar day: ${text.slice(0, 60)}. Expected e.g. 2026-11-21`);
  return text;
}

builder.addScalarType(
  'DateTime',
  textScalar<Date, string>(
    'DateTime',
    'RFC 3339 instant in UTC, e.g. 2026-11-21T10:00:00.000Z. Input may have any offset, in the years 1 to 9999 of UTC.',
    parseInstant,
    (value) => toIso(typeof value === 'number' ? value : (value as Date).getTime()),
  ) as unknown as GraphQLScalarType<Date, Date | number>, // safe: Pothos types what resolvers return, not what is sent
);
builder.addScalarType(
  'Date',
  textScalar<string, string>('Date', 'Calendar day, e.g. 2026-11-21.', parseDay, String),
);
builder.addScalarType(
  'Duration',
  textScalar<number, string>(
    'Duration',
    'ISO 8601 duration, e.g. PT15M, PT1H, P7D.',
    parseDuration,
    (value) => formatDuration(value as number), // safe: SchemaTypes says that resolvers return milliseconds
  ) as unknown as GraphQLScalarType<number, number>, // safe: Pothos types what resolvers return, not what is sent
);
builder.addScalarType(
  'TimeZone',
  textScalar<string, string>(
    'TimeZone',
    'IANA time zone, e.g. Asia/Kathmandu. Unknown names are a BAD_INPUT error.',
    parseZone,
    String,
  ),
);
builder.addScalarType(
  'URL',
  textScalar<string, string>('URL', 'A URL, as the platform gives it.', String, String),
);
builder.addScalarType(
  'File',
  textScalar<string, never>(
    'File',
    'A file of a multipart request (GraphQL multipart request specification).',
    String,
    () => {
      throw new Error('File is an input only');
    },
  ),
);

const toSafeInt = (value: unknown): number => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw new BadInputError(`SafeInt expects a whole number up to 2^53-1, not ${String(value).slice(0, 40)}`);
  }
  return number;
};

builder.addScalarType(
  'SafeInt',
  new GraphQLScalarType<number, number>({
    name: 'SafeInt',
    description: "Integer up to 2^53-1, sent as a JSON number: counts outgrow GraphQL's 32-bit Int.",
    serialize: toSafeInt,
    parseValue: toSafeInt,
    parseLiteral: (node) => {
      if (node.kind !== Kind.INT) throw new BadInputError('SafeInt expects a whole number');
      return toSafeInt(Number(node.value));
    },
  }),
);
