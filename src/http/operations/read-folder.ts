import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseJson } from '../../shared/json.ts';
import { sha256 } from './sha256.ts';

/** A document from a folder. One from a `.graphql` file has the name of the file; one from a list by hash has none. */
export type FoundOperation = { readonly file: string; readonly name: string | null; readonly text: string };

/** The most files in one folder. */
const maxFiles = 1_000;
/** The most bytes of one file. */
const maxBytes = 5_000_000;
/** The most documents in one folder. */
const maxDocuments = 5_000;

/**
 * Returns the documents in a folder: those of `*.graphql` files, and of `*.json` files that map SHA-256 to text, as
 * graphql-codegen writes them (`persisted-documents.json`). Does not read subfolders. Throws for an invalid folder or
 * file, with its name.
 */
export function readFolder(folder: string): readonly FoundOperation[] {
  const files = readdirSync(folder)
    .filter((file) => /\.(graphql|json)$/.test(file) && file !== 'tabs.json')
    .sort();
  if (files.length > maxFiles) throw new Error(`${folder}: ${files.length} files, ${maxFiles} allowed`);
  const found = files.flatMap((file) => readFile(join(folder, file)));
  if (found.length > maxDocuments) {
    throw new Error(`${folder}: ${found.length} documents, ${maxDocuments} allowed`);
  }
  return found;
}

function readFile(file: string): readonly FoundOperation[] {
  const stat = statSync(file);
  if (!stat.isFile()) throw new Error(`${file}: not a file`);
  if (stat.size > maxBytes) throw new Error(`${file}: ${stat.size} bytes, ${maxBytes} allowed`);
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.graphql')) return [{ file, name: basename(file, '.graphql'), text }];
  return Object.entries(listedIn(file, text)).map(([id, document]) => {
    if (id.replace(/^sha256:/, '') !== sha256(document)) {
      throw new Error(`${file}: ${id.slice(0, 80)} is not the SHA-256 of its document`);
    }
    return { file, name: null, text: document };
  });
}

function listedIn(file: string, text: string): Readonly<Record<string, string>> {
  const list = parseJson(text);
  const isList = typeof list === 'object' && list !== null && !Array.isArray(list);
  if (!isList || !Object.values(list).every((document) => typeof document === 'string')) {
    throw new Error(`${file}: expected a JSON object of documents by their SHA-256`);
  }
  return list as Readonly<Record<string, string>>; // safe: checked above
}
