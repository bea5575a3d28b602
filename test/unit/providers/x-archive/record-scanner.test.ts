import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordScanner } from '../../../../src/providers/x-archive/record-scanner.ts';

function scan(text: string, chunkBytes: number): { records: unknown[]; prefix: string } {
  const records: unknown[] = [];
  let prefix = '';
  const scanner = new RecordScanner('tweets.js', {
    onPrefix: (found) => {
      prefix = found;
    },
    onRecord: (bytes) => records.push(JSON.parse(bytes.toString('utf8'))),
    onBroken: (reason) => records.push(reason),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) scanner.push(bytes.subarray(at, at + chunkBytes));
  scanner.end();
  return { records, prefix };
}

test('any list comes out whole, however it is spaced and chunked', () => {
  const record = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(record), fc.nat(3), fc.integer({ min: 1, max: 40 }), (list, indent, chunkBytes) => {
      const json = JSON.stringify(list, null, indent);
      const expected: unknown = JSON.parse(Buffer.from(json).toString());
      const found = scan(`\uFEFFwindow.YTD.tweets.part0 = ${json};\n`, chunkBytes);
      expect(found).toEqual({ records: expected, prefix: 'window.YTD.tweets.part0 =' });
    }),
  );
});

test('a missing comma or quote costs no other record', () => {
  expect(scan('x = [{"a":1} {"a":2},{"a":"3\n},{"a":4}]', 5).records).toEqual([
    { a: 1 },
    { a: 2 },
    'a string in it does not end',
    { a: 4 },
  ]);
});

test('a list that is cut anywhere is refused', () => {
  const whole = 'x = [ {"a":"}]"}, {"b":[1]} ]';
  for (let length = 0; length < whole.length; length++) {
    expect(() => scan(whole.slice(0, length), 7)).toThrow(/is cut off|holds no list/);
  }
});
