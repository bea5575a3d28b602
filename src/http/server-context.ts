import type { ExecutionResult } from 'graphql';
import type { Bill } from '../access/bill.ts';
import type { Caller } from '../access/caller.ts';
import type { UploadedFile } from '../graphql/context.ts';
import type { RecordedReads } from '../graphql/reads.ts';
import type { RequestOrigin } from '../graphql/request-origin.ts';

/** What the HTTP layer passes to Yoga with a request. */
export type ServerContext = {
  readonly uploads?: ReadonlyMap<string, UploadedFile>;
  readonly caller?: Caller;
  /** The bill of the request; null or undefined for a caller without a limit. */
  readonly bill?: Bill | null;
  /** The ids of the request in the log; default: new ones. */
  readonly origin?: RequestOrigin;
  /** Records what the answer reads; default: not recorded. */
  readonly record?: RecordedReads;
  /** The result, when the operation has already run. */
  readonly result?: ExecutionResult;
};
