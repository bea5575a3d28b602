import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../../src/schema.ts';

test.each(['Post', 'PostMetrics'])('each field of %s lists the columns that it reads', (name) => {
  const type = schema.getType(name);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  expect(fields.length).toBeGreaterThan(8);
  expect(
    fields.filter(({ extensions }) => extensions.reads === undefined).map((field) => field.name),
  ).toEqual([]);
});
