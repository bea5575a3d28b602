import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const oneLine = (text: string) => text.replace(/\s+/g, ' ');
const textsOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => oneLine(readFileSync(join(folder, name), 'utf8')))
    .join('\n');

let texts: { readonly tests: string; readonly sources: string } | null = null;
/** So much of a statement's beginning is compared: the rest may be put together. */
const beginning = 60;

/** Whether a statement begins as the tests write it, and the program does not: they count again, and set up as they like. */
export function isOfTests(statement: string): boolean {
  texts ??= { tests: textsOf('test'), sources: textsOf('src') };
  const [head = ''] = oneLine(statement).trim().slice(0, beginning).split('$');
  if (head.startsWith('explain ')) return true;
  return texts.tests.includes(head.trim()) && !texts.sources.includes(head.trim());
}
