import { fileURLToPath } from 'node:url';
import { type DocumentNode, print } from 'graphql';
import type { Plugin } from 'vite';

const documents = fileURLToPath(new URL('gql/graphql.ts', import.meta.url));

/**
 * Has the built dashboard hold its documents as texts. The preset writes them as parsed ones, all of which a browser would
 * make before it shows anything: they were 431 kB of 952 kB of scripts. urql parses a text when it is first asked for.
 */
export function documentsAsTexts(): Plugin {
  return {
    name: 'larkstat:documents-as-texts',
    enforce: 'pre',
    transform(code, id) {
      if (id === documents) return { code: asTexts(code), map: null };
      if (!code.includes('graphql(`') || !/\/web\/src\/[^?]*\.tsx?$/.test(id)) return null;
      return { code: byName(code), map: null };
    },
  };
}

/** The module of documents with a text in place of each parsed one. */
export function asTexts(code: string): string {
  return code.replace(
    /^export const (\w+) = (\{.*\}) as unknown as DocumentNode<[^;]*>;$/gm,
    (_line, name: string, parsed: string) =>
      `export const ${name} = ${JSON.stringify(print(JSON.parse(parsed) as DocumentNode))};`,
  );
}

/** A module that imports its documents by their names, instead of looking each up by its text among all. */
export function byName(code: string): string {
  const names = new Set<string>();
  const named = code.replace(/\bgraphql\(`([^`]*)`\)/g, (call, text: string) => {
    const [, kind, name] = /^\s*(query|mutation|subscription|fragment)\s+(\w+)/.exec(text) ?? [];
    if (name === undefined) return call;
    const constant = `${name}${kind === 'fragment' ? 'FragmentDoc' : 'Document'}`;
    names.add(constant);
    return constant;
  });
  return `import { ${[...names].join(', ')} } from ${JSON.stringify(documents)};\n${named}`;
}
