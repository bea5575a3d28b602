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
    onRecord: (bytes) => records.push(parsed(bytes.toString('utf8'))),
    onBroken: (reason) => records.push(reason),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) scanner.push(bytes.subarray(at, at + chunkBytes));
  scanner.end();
  return { records, prefix };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return 'no JSON';
  }
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

/** Records as X exports them: `{ "tweet": {…} }`, pretty-printed. */
const tweets = [1, 2, 3].map((id) => ({
  tweet: {
    id: `${id}`,
    entities: { urls: [{ url: 'https://t.co/a', indices: ['0', '14'] }], hashtags: [] },
    text: 'a {"b": [1]}, \\ and "so" on',
    truncated: false,
  },
}));

test('the other records are read when any sign within a record is lost, doubled or changed', () => {
  const texts = tweets.map((tweet) => JSON.stringify(tweet, null, 2));
  for (const [broken, text] of texts.entries()) {
    for (let at = 1; at < text.length - 1; at++) {
      const doubled = text.charAt(at).repeat(2);
      for (const sign of ['', '{', '}', '[', ']', '"', ',', ':', doubled]) {
        const odd = `${text.slice(0, at)}${sign}${text.slice(at + 1)}`;
        const { records } = scan(`x = [ ${texts.with(broken, odd).join(',\n')}\n];\n`, 64);
        for (const other of tweets.toSpliced(broken, 1)) expect(records, odd).toContainEqual(other);
      }
    }
  }
});

test('a record that lacks a closing brace or bracket is one broken record, be it the last', () => {
  const whole = JSON.stringify(tweets[0], null, 2);
  for (const at of [...whole.matchAll(/(?<=\s)[}\]]/g)].map((match) => match.index)) {
    const odd = whole.slice(0, at) + whole.slice(at + 1);
    const reason = expect.stringMatching(/^a closing brace is missing$|^its brackets do not match$/);
    expect(scan(`x = [${odd}, ${whole}]`, 9).records, odd).toEqual([reason, tweets[0]]);
    expect(scan(`x = [${whole}, ${odd}];\n`, 9).records, odd).toEqual([tweets[0], reason]);
  }
});

test('a list that is cut anywhere is refused', () => {
  const whole = 'x = [ {"a":"}]"}, {"b":[1]} ]';
  for (let length = 0; length < whole.length; length++) {
    expect(() => scan(whole.slice(0, length), 7)).toThrow(/is incomplete|holds no list/);
  }
});
