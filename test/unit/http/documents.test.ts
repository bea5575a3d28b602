import { expect, test } from 'vitest';
import { createDocuments } from '../../../src/http/documents.ts';
import { defaultLimits } from '../../../src/http/limits.ts';

test('no other document evicts a registered one', () => {
  const registered = '{ registered: __typename }';
  const documents = createDocuments(defaultLimits, (text) => text === registered);
  const [first, other] = [documents.read(registered), documents.read('{ other: __typename }')];
  for (let n = 0; n < 600; n++) documents.read(`{ n${n}: __typename }`);
  expect(documents.read('{ other: __typename }')).not.toBe(other);
  expect(documents.read(registered)).toBe(first);
});
