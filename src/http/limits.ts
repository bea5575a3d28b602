import type { DocumentLimits } from './document-size.ts';

/** The limits of one request. Beyond them it fails with QUERY_TOO_COMPLEX, or with TIMEOUT for a time. */
export type Limits = DocumentLimits & {
  /** Bytes of a JSON body, and of each text field of an upload. */
  readonly bodyBytes: number;
  /** Bytes of an uploaded file. */
  readonly uploadBytes: number;
  /** How long a client may send nothing in the middle of a body. */
  readonly idleMs: number;
  /** How long a JSON body may take in total. */
  readonly bodyMs: number;
  /** The fewest bytes of an upload in each window of `idleMs`. */
  readonly uploadLeastBytes: number;
  /** How long one operation may run. Subscriptions have no limit. */
  readonly operationMs: number;
  /**
   * Requests that this process computes at the same time; cached answers do not count. The same number of events of
   * subscriptions may be resolved besides.
   */
  readonly operationsAtOnce: number;
  /** Requests that wait for their turn; further ones are refused. */
  readonly operationsWaiting: number;
  /** How long a request waits for its turn before it is refused. */
  readonly waitMs: number;
  /** Subscriptions of all clients of this process. */
  readonly subscriptions: number;
  /** Operations of one batch. */
  readonly batch: number;
  /** Concurrent operations of one WebSocket. */
  readonly socketOperations: number;
  /** Bytes that may be unread by the client of a WebSocket when another message comes. */
  readonly socketBytes: number;
  /** How often the client of a WebSocket is pinged. It is dropped when it has not answered by the next ping. */
  readonly keepAliveMs: number;
  /** How long a client of server-sent events may leave data unread. */
  readonly stallMs: number;
  /** Characters of a document, with comments. */
  readonly documentLength: number;
  /** The cost of a request: its fields, those of a list once per item, and the price of statements. */
  readonly cost: number;
  /** The introspection fields of a request, by estimate. */
  readonly introspection: number;
};

/** The defaults of all limits. */
export const defaultLimits: Limits = {
  bodyBytes: 1_000_000,
  uploadBytes: 20 * 1024 ** 3,
  idleMs: 60_000,
  bodyMs: 60_000,
  // 1 kB/s: slower than any line that people wait for.
  uploadLeastBytes: 60_000,
  operationMs: 30_000,
  operationsAtOnce: 100,
  operationsWaiting: 1_000,
  waitMs: 5_000,
  subscriptions: 10_000,
  batch: 10,
  socketOperations: 100,
  socketBytes: 16_000_000,
  // As often as Yoga writes to a stream of server-sent events.
  keepAliveMs: 12_000,
  stallMs: 30_000,
  documentLength: 100_000,
  // Thirteen times the 393 tokens and 151 fields of the dashboard. The slowest document within these limits takes 10 ms
  // to validate.
  tokens: 5_000,
  operations: 50,
  fragments: 100,
  aliases: 100,
  directives: 50,
  depth: 24,
  breadth: 5_000,
  repeats: 5_000,
  // The dashboard costs 768, twenty accounts with every stat 28,000. This many fields of posts are completed in one
  // turn of the event loop.
  cost: 30_000,
  // GraphiQL selects 12,400, which take 12 to 20 ms in one turn of the event loop, 38 ms the first time.
  introspection: 16_000,
};
