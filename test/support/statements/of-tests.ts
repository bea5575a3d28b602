import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const oneLine = (text: string) => text.replace(/\s+/g, ' ');
const textsOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|sql)$/.test(name))
    .map((name) => oneLine(readFileSync(join(folder, name), 'utf8')))
    .join('\n');

let texts: { readonly others: string; readonly sources: string } | null = null;
/** A statement built from parts is compared by this many characters at its start. */
const beginning = 28;

/**
 * Whether a statement belongs to the tests or migrations. It also does when it starts like a statement of theirs, and
 * not like one of the program. Tests recount and set up as they like, and migrations affect all streams.
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
