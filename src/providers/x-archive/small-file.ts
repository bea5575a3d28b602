import { BadInputError } from '../../shared/errors.ts';
import type { SourceFile } from './source.ts';

/** Real ones have up to 20 kB; parsed, it can take forty times as much memory. */
const bytesMax = 1024 * 1024;

/**
 * The value that a small `name = {…}` file assigns, read whole: from the first bracket to the last,
 * so that a byte order mark before and a `;` behind do not matter.
 */
export async function readAssigned(file: SourceFile): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of file.read()) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new BadInputError(`${file.path} is larger than ${bytesMax} bytes: not an archive's.`);
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const json = text.slice(Math.max(text.search(/[[{]/), 0));
  const end = Math.max(json.lastIndexOf(']'), json.lastIndexOf('}'));
  try {
    return JSON.parse(json.slice(0, end + 1));
  } catch {
    // No cause: the parser's message quotes the text, which can be private.
    throw new BadInputError(`${file.path} is not JSON behind its name: it is damaged or was edited.`);
  }
}
