import type { DocumentLimits } from './document-size.ts';

/** What one request may ask of the server; more is QUERY_TOO_COMPLEX, or TIMEOUT where it is time. */
export type Limits = DocumentLimits & {
  /** Bytes of a JSON body, and of each text field of an upload. */
  readonly bodyBytes: number;
  /** Bytes of an uploaded file. */
  readonly uploadBytes: number;
  /** How long a client may send nothing in the middle of a body. */
  readonly idleMs: number;
  /** How long a JSON body may take altogether. */
  readonly bodyMs: number;
  /** Bytes of an upload that have to come in each window of `idleMs`. */
  readonly uploadLeastBytes: number;
  /** How long one operation may run; subscriptions are not bounded. */
  readonly operationMs: number;
  /**
   * Requests that this process computes answers for at the same time; kept answers do not count. As many events of
   * subscriptions are resolved beside them.
   */
  readonly operationsAtOnce: number;
  /** Requests that wait for their turn; more are told to come later. */
  readonly operationsWaiting: number;
  /** How long one waits for its turn before it is told to come later. */
  readonly waitMs: number;
  /** Subscriptions of all clients of this process. */
  readonly subscriptions: number;
  /** Operations of one batch. */
  readonly batch: number;
  /** Operations that one WebSocket may have under way. */
  readonly socketOperations: number;
  /** Bytes that may wait for the client of a WebSocket when one more message comes. */
  readonly socketBytes: number;
  /** How often the client of a WebSocket is asked whether it is there; without an answer until then it is dropped. */
  readonly keepAliveMs: number;
  /** How long a client may leave unread what a subscription over server-sent events has for it. */
  readonly stallMs: number;
  /** Characters of a document, comments included. */
  readonly documentLength: number;
  /**
   * Fields that a request is answered at most, those of a list as often as it has items, and what statements are
   * priced at.
   */
  readonly cost: number;
  /** Fields of the schema itself that a request is answered at most, by estimate. */
  readonly introspection: number;
};

/** What holds for every limit that is not configured. */
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
  // Thirteen times the dashboard's 393 tokens and 151 fields; the slowest document within them is validated in 10 ms.
  tokens: 5_000,
  operations: 50,
  fragments: 100,
  aliases: 100,
  directives: 50,
  depth: 24,
  breadth: 5_000,
  repeats: 5_000,
  // The dashboard costs 768, twenty accounts with every stat 28,000. So many fields of posts are put together in one turn of the loop.
  cost: 30_000,
  // GraphiQL asks for 12,400, which are answered in 12 to 20 ms, the first time in 38, in one turn of the loop.
  introspection: 16_000,
};
