import { readdirSync, readFileSync } from 'node:fs';
import { parse } from '@babel/parser';

/** A node of a syntax tree. */
export type Node = { readonly type: string; readonly [key: string]: unknown };

/** The source files, as paths from the root of the repository. */
export const sourceFiles = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|js)$/.test(path))
  .map((path) => `src/${path}`)
  .sort();

/** The nodes of these types in a file. */
export function nodesOf(file: string, ...types: readonly string[]): readonly Node[] {
  const found: Node[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Node;
    if (types.includes(node.type)) found.push(node);
    for (const key of Object.keys(node)) if (key !== 'loc') visit(node[key]);
  };
  visit(parse(readFileSync(file, 'utf8'), { sourceType: 'module', plugins: ['typescript'] }).program);
  return found;
}
