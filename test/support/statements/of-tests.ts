import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const oneLine = (text: string) => text.replace(/\s+/g, ' ');
const textsOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|sql)$/.test(name))
    .map((name) => oneLine(readFileSync(join(folder, name), 'utf8')))
    .join('\n');

let texts: { readonly others: string; readonly sources: string } | null = null;
/** So much of the beginning of one that is put together is compared. */
const beginning = 28;

/**
 * Whether a statement stands in the tests or the migrations, or begins as one of theirs and as none of the program: tests count
 * again and set up as they like, and migrations are of all streams.
 */
export function isOfTests(statement: string): boolean {
  texts ??= { others: `${textsOf('test')}\n${textsOf('drizzle')}`, sources: textsOf('src') };
  const { others, sources } = texts;
  const line = oneLine(statement).trim();
  if (line.startsWith('explain ')) return true;
  const fragments = line.split(/\$\d+/).map((part) => part.trim());
  if (fragments.every((part) => others.includes(part))) return true;
  const [head = ''] = line.slice(0, beginning).split('$');
  return others.includes(head.trim()) && !sources.includes(head.trim());
}
