import { is, Name, SQL, StringChunk } from 'drizzle-orm';

/**
 * Returns the same statement in one level. Drizzle makes an object, an array and a text of each chunk again at every level that it
 * stands in: the statements of a dashboard, of two thousand chunks, took a sixth of its memory.
 */
export function flatSql(statement: SQL): SQL {
  const flat: SQL['queryChunks'] = [];
  let text = '';
  const add = ({ queryChunks }: SQL): void => {
    for (const chunk of queryChunks) {
      if (is(chunk, StringChunk)) text += chunk.value.join('');
      else if (is(chunk, SQL)) add(chunk);
      else if (is(chunk, Name)) text += `"${chunk.value.replaceAll('"', '""')}"`;
      else {
        flat.push(new StringChunk(text), chunk);
        text = '';
      }
    }
  };
  add(statement);
  flat.push(new StringChunk(text));
  return new SQL(flat);
}
