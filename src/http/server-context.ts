import type { ExecutionResult } from 'graphql';
import type { Bill } from '../access/bill.ts';
import type { Caller } from '../access/caller.ts';
import type { UploadedFile } from '../graphql/context.ts';
import type { RecordedReads } from '../graphql/reads.ts';
import type { RequestOrigin } from '../graphql/request-origin.ts';

/** What the HTTP side hands over with a request, beside the request itself. */
export type ServerContext = {
  readonly uploads?: ReadonlyMap<string, UploadedFile>;
  readonly caller?: Caller;
  /** What the request costs its caller; null and undefined for one without a limit. */
  readonly bill?: Bill | null;
  /** What the request is called in the log; by default it gets an id. */
  readonly origin?: RequestOrigin;
  /** Where what the answer reads is recorded; by default nobody asks. */
  readonly record?: RecordedReads;
  /** The result, when the operation has run already. */
  readonly result?: ExecutionResult;
};
