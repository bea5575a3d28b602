import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { BadInputError, QueryTooComplexError } from '../shared/errors.ts';
import { type DocumentLimits, type DocumentSize, measureDocument, tooMuch } from './document-size.ts';
import { refused } from './refused.ts';

/** A document within the limits, before validation. */
export type ReadDocument = { readonly document: DocumentNode; readonly size: DocumentSize };

/** Parses documents, and caches recent ones. */
export type Documents = {
  /** Parses and measures a text. Throws a GraphQLError when it is not a document, or over the limits. */
  read(text: string): ReadDocument;
  /** Returns the size of a document that was read here; null for others. */
  sizeOf(document: DocumentNode): DocumentSize | null;
  /** Whether the document was found valid before. */
  isValid(document: DocumentNode): boolean;
  keepValid(document: DocumentNode): void;
  /** Whether the document is a registered one. */
  isRegistered(document: DocumentNode): boolean;
};

/** The estimated bytes of cached documents: those from clients, and the registered ones. */
const clientBytes = 32 * 1024 * 1024;
const registeredBytes = 64 * 1024 * 1024;
/** The bytes of a token in memory, with its nodes and its location: measured as 250 to 400. */
const bytesOfToken = 400;

/** Registered documents have a cache of their own, so that no others push them out. */
export function createDocuments(
  limits: DocumentLimits & { readonly documentLength: number },
  isRegistered: (text: string) => boolean = () => false,
): Documents {
  const fromClients = placeFor(500, clientBytes);
  const registered = placeFor(20_000, registeredBytes);
  const valid = new WeakSet<DocumentNode>();
  const sizes = new WeakMap<DocumentNode, DocumentSize>();
  const ours = new WeakSet<DocumentNode>();
  /** The last document read: a request reads its document more than once. */
  let latest: { readonly text: string; readonly read: ReadDocument } | null = null;
  const find = (text: string): ReadDocument => {
    const cache = isRegistered(text) ? registered : fromClients;
    const found = cache.get(text);
    if (found !== undefined) return found;
    const read = readWithin(text, limits);
    cache.set(text, read);
    sizes.set(read.document, read.size);
    if (cache === registered) ours.add(read.document);
    return read;
  };
  return {
    read(text) {
      if (latest === null || latest.text !== text) latest = { text, read: find(text) };
      return latest.read;
    },
    sizeOf: (document) => sizes.get(document) ?? null,
    isValid: (document) => valid.has(document),
    keepValid: (document) => void valid.add(document),
    isRegistered: (document) => ours.has(document),
  };
}

function placeFor(max: number, maxSize: number): LRUCache<string, ReadDocument> {
  const sizeCalculation = ({ size }: ReadDocument, text: string) =>
    2 * text.length + size.tokens * bytesOfToken + 1;
  return new LRUCache({ max, maxSize, sizeCalculation });
}

function readWithin(
  text: string,
  limits: DocumentLimits & { readonly documentLength: number },
): ReadDocument {
  if (text.length > limits.documentLength) {
    const message = `Query too long: ${text.length} characters asked, ${limits.documentLength} allowed`;
    throw refused(new QueryTooComplexError(message));
  }
  try {
    const document = parse(text, { maxTokens: limits.tokens });
    return { document, size: measureDocument(document, limits) };
  } catch (error) {
    // graphql-js has no code for this, only the text.
    if (error instanceof GraphQLError && /more that \d+ tokens/.test(error.message)) {
      throw refused(tooMuch('tokens', 'over', limits));
    }
    // The parser recurses at each level, and has run out of stack.
    if (error instanceof RangeError) throw refused(new QueryTooComplexError('Query too deep to be read'));
    if (error instanceof QueryTooComplexError || error instanceof BadInputError) throw refused(error);
    throw error;
  }
}
