import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatDocument, stringifyDocument } from '@urql/core';
import type { DocumentNode } from 'graphql';
import { importArchive, tryKey } from './src/api/plain-documents.ts';
import { withoutHiddenFields } from './src/share/shown-fields.ts';

/**
 * Writes the documents that the dashboard sends, by the SHA-256 of their texts, for servers that only run registered
 * operations. Each text is as the client prints it: with and without the fields that the cache adds, whole and without
 * the fields that shared pages leave out.
 */
export function writeOperations(file: string, documents: Readonly<Record<string, unknown>>): void {
  const texts = new Set([tryKey, importArchive]);
  for (const document of Object.values(documents).filter(isOperation))
    for (const shown of [document, withoutHiddenFields(document)])
      for (const sent of [shown, formatDocument(shown)]) texts.add(stringifyDocument(sent as DocumentNode)); // safe: it adds fields and changes no kind of node
  const byHash = Object.fromEntries(
    [...texts].map((text) => [createHash('sha256').update(text).digest('hex'), text]),
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(byHash));
}

function isOperation(value: unknown): value is DocumentNode {
  const { kind, definitions = [] } = { ...(value as Partial<DocumentNode> | null) };
  return kind === 'Document' && definitions.some((each) => each.kind === 'OperationDefinition');
}
