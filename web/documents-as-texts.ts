import { fileURLToPath } from 'node:url';
import { type DocumentNode, print } from 'graphql';
import type { Plugin } from 'vite';

const documents = fileURLToPath(new URL('gql/graphql.ts', import.meta.url));

/**
 * Makes the built dashboard contain its documents as texts. The preset writes parsed documents, which a browser would
 * construct before it shows anything: 431 kB of 952 kB of scripts. urql parses a text at its first use.
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

/** The module of documents, with each parsed document replaced by its text. */
export function asTexts(code: string): string {
  return code.replace(
    /^export const (\w+) = (\{.*\}) as unknown as DocumentNode<[^;]*>;$/gm,
    (_line, name: string, parsed: string) =>
      `export const ${name} = ${JSON.stringify(print(JSON.parse(parsed) as DocumentNode))};`,
  );
}

/** Makes a module import its documents by name instead of looking each one up by its text. */
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
