import { is, Name, SQL, StringChunk } from 'drizzle-orm';

/**
 * Returns the same statement without nesting. Drizzle copies each chunk once for every level of nesting around it. A
 * dashboard's statements have two thousand chunks, and their copies were a tenth of what it allocates.
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
