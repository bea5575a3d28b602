import { existsSync } from 'node:fs';
import { printExecutableGraphQLDocument } from '@graphql-tools/documents';
import { type GraphQLSchema, parse, print, separateOperations, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Documents } from '../documents.ts';
import { type FoundOperation, readFolder } from './read-folder.ts';
import { sha256 } from './sha256.ts';

export type OperationsOptions = {
  /** The examples of the package, which its tests check. */
  readonly examples?: string | undefined;
  /** The folder with the operations of the built dashboard. A missing folder has none. */
  readonly dashboard?: string | undefined;
  /** A folder of the administrator. Its files are checked, and replace examples of the same name. */
  readonly folder?: string | undefined;
  /** Whether registered operations are the only ones that run. */
  readonly only: boolean;
};

/** Registered operations, and those that clients registered by sending them with their hash. */
export type Operations = {
  readonly only: boolean;
  /** Differs between servers that answer the same request with different operations. */
  readonly version: string;
  /** The documents of the administrator's folder. */
  readonly own: readonly FoundOperation[];
  /** Returns the document with this SHA-256, in hexadecimal digits; null when unknown. */
  findByHash(hash: string): string | null;
  /** Returns the document of the file with this name, without its ending; null when there is none. */
  findByName(name: string): string | null;
  /** Whether a text was read from a folder. */
  isRegistered(text: string): boolean;
  /** Remembers a document by its hash, until others need the space or the process ends. */
  remember(hash: string, text: string): void;
};

/** The most bytes of documents that clients registered, in UTF-16. */
const rememberedBytes = 8 * 1024 * 1024;

/** Reads the folders; throws for a file that holds no document. */
export function readOperations({ examples, dashboard, folder, only }: OperationsOptions): Operations {
  const own = folder === undefined ? [] : reading('OPERATIONS_DIR', () => readFolder(folder));
  const others = examples === undefined ? [] : readFolder(examples);
  const sent = dashboard === undefined || !existsSync(dashboard) ? [] : readFolder(dashboard);
  // Not parsed: our own build printed them.
  const texts = new Set<string>(sent.map(({ text }) => text));
  const byName = new Map<string, string>();
  const byHash = new Map<string, string>(sent.map(({ text }) => [sha256(text), text]));
  for (const operation of [...others, ...own]) {
    if (operation.name !== null) byName.set(operation.name, operation.text);
    for (const text of formsOf(operation)) {
      texts.add(text);
      byHash.set(sha256(text), text);
    }
  }
  const remembered = new LRUCache<string, string>({
    max: 5_000,
    maxSize: rememberedBytes,
    sizeCalculation: (text) => 2 * text.length + 1,
  });
  return {
    only,
    version: sha256(JSON.stringify([only, [...byName], [...byHash.keys()]])).slice(0, 16),
    own,
    findByHash: (hash) => byHash.get(hash) ?? remembered.get(hash) ?? null,
    findByName: (name) => byName.get(name) ?? null,
    isRegistered: (text) => texts.has(text),
    remember: (hash, text) => void remembered.set(hash, text),
  };
}

/**
 * Returns the texts that clients hash for a document: the text of its file, and each operation with the fragments
 * that it uses, as graphql-js prints it (urql) and as `persistedDocuments` of graphql-codegen do.
 */
function formsOf({ file, name, text }: FoundOperation): readonly string[] {
  const document = reading(file, () => parse(text));
  if (name === null) return [text];
  const alone = Object.values(separateOperations(document));
  if (alone.length === 0) throw new Error(`${file}: it holds no operation`);
  return [
    text,
    ...alone.flatMap((operation) => [print(operation), printExecutableGraphQLDocument(operation)]),
  ];
}

/**
 * Throws for the first document of the administrator's folder that is over the limits or does not fit the schema;
 * names its file.
 */
export function checkOperations(
  { own }: Pick<Operations, 'own'>,
  schema: GraphQLSchema,
  documents: Documents,
): void {
  for (const { file, text } of own) {
    reading(`OPERATIONS_DIR: ${file}`, () => {
      const [error] = validate(schema, documents.read(text).document);
      if (error !== undefined) throw error;
    });
  }
}

function reading<Result>(what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error }); // safe: nothing else is thrown
  }
}
