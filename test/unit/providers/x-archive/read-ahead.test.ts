import { expect, test } from 'vitest';
import { readAhead } from '../../../../src/providers/x-archive/read-ahead.ts';
import type { SourceFile } from '../../../../src/providers/x-archive/source.ts';

const begun: string[] = [];
const open = new Set<string>();

/** A file of these chunks; reading fails at a chunk that is not text. */
function aFile(path: string, chunks: readonly (string | Error)[]): SourceFile {
  return {
    path,
    size: null,
    async *read() {
      begun.push(path);
      open.add(path);
      try {
        for (const chunk of chunks) {
          if (typeof chunk !== 'string') throw chunk;
          yield Buffer.from(chunk);
        }
      } finally {
        open.delete(path);
      }
    },
  };
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

test('files come whole and in order, the next begun before one is read', async () => {
  begun.length = 0;
  const files = [aFile('a', ['1', '2']), aFile('b', []), aFile('c', ['3'])];
  const read: [string, string, number][] = [];
  for await (const { file, chunks } of readAhead(files)) {
    read.push([file.path, await textOf(chunks), begun.length]);
  }
  expect(read).toEqual([
    ['a', '12', 2],
    ['b', '', 3],
    ['c', '3', 3],
  ]);
  expect(open.size).toBe(0);
});

test('a file that cannot be read fails when it is its turn', async () => {
  const read: string[] = [];
  const all = async () => {
    for await (const { chunks } of readAhead([aFile('a', ['1']), aFile('b', [new Error('torn')])])) {
      await new Promise((done) => setTimeout(done, 10));
      read.push(await textOf(chunks));
    }
  };
  await expect(all()).rejects.toThrow('torn');
  expect(read).toEqual(['1']);
  expect(open.size).toBe(0);
});

test.each([0, 1])('stopping at file number %i leaves none open', async (last) => {
  const files = ['a', 'b', 'c'].map((path) => aFile(path, ['1', '2']));
  const stop = async () => {
    let at = 0;
    for await (const { chunks } of readAhead(files)) {
      if (at++ < last) await textOf(chunks);
      else throw new Error('enough');
    }
  };
  await expect(stop()).rejects.toThrow('enough');
  expect(open.size).toBe(0);
});
