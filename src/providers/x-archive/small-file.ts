import { BadInputError } from '../../shared/errors.ts';
import type { SourceFile } from './source.ts';

/** Real files have up to 20 kB; parsed, a file can take forty times as much memory. */
const bytesMax = 1024 * 1024;

/**
 * Reads the value of a small `name = {…}` file, from the first bracket to the last, so that a byte order mark and a
 * final `;` do not matter.
 */
export async function readAssigned(file: SourceFile): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of file.read()) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new BadInputError(`${file.path} is larger than ${bytesMax} bytes: not a file of an archive.`);
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const json = text.slice(Math.max(text.search(/[[{]/), 0));
  const end = Math.max(json.lastIndexOf(']'), json.lastIndexOf('}'));
  try {
    return JSON.parse(json.slice(0, end + 1));
  } catch {
    // Without the cause: the parser's message quotes the text, which may be private.
    throw new BadInputError(`${file.path} is not JSON after its name: it is damaged or was edited.`);
  }
}
