import type { ExportFormat } from './export-format.ts';
import type { Range } from './range.ts';

/** Which posts are exported, and as what. */
export type ExportRequest = {
  readonly streamId: number;
  readonly format: ExportFormat;
  /** Whether people and posts get pseudonyms. */
  readonly pseudonymous: boolean;
  /** When they were posted. */
  readonly range: Range;
};
