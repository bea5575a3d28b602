import { defaultQueryLimits, type QueryLimits } from '../graphql/limits.ts';

/** What one request may ask of the server; more is QUERY_TOO_COMPLEX, or TIMEOUT where it is time. */
export type Limits = QueryLimits & {
  /** Bytes of a JSON body, and of each text field of an upload. */
  readonly bodyBytes: number;
  /** Bytes of an uploaded file. */
  readonly uploadBytes: number;
  /** How long a client may send nothing in the middle of a body. */
  readonly idleMs: number;
  /** How long one operation may run; subscriptions are not bounded. */
  readonly operationMs: number;
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
  /** Words and signs of a document, comments not counted. */
  readonly tokens: number;
  /** Fields of a document that go by another name. */
  readonly aliases: number;
  /** Directives of a document. */
  readonly directives: number;
};

/** What holds for every limit that is not configured. */
export const defaultLimits: Limits = {
  ...defaultQueryLimits,
  bodyBytes: 1_000_000,
  uploadBytes: 20 * 1024 ** 3,
  idleMs: 60_000,
  operationMs: 30_000,
  batch: 10,
  socketOperations: 100,
  socketBytes: 16_000_000,
  // As often as Yoga writes to a stream of server-sent events.
  keepAliveMs: 12_000,
  stallMs: 30_000,
  tokens: 5_000,
  aliases: 100,
  directives: 50,
};
