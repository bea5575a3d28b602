import { posix } from 'node:path';
import { type Node, nodesOf, sourceFiles } from './source.ts';

/** An import in a source file: `to` is one of our files or a package. */
export type Import = { readonly from: string; readonly to: string };

const isOurs = (name: string) => name.startsWith('.');

/** All imports of files in `src`, including types. */
export function importsOfSources(): readonly Import[] {
  const kinds = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration'];
  return sourceFiles.flatMap((from) =>
    nodesOf(from, ...kinds)
      .flatMap(({ source }) => (source ? [String((source as Node).value)] : []))
      .map((name) => ({ from, to: isOurs(name) ? posix.join(posix.dirname(from), name) : name })),
  );
}
