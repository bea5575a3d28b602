import type { ExportFormat } from './export-format.ts';
import type { Range } from './range.ts';

/** Which posts to export, and how. */
export type ExportRequest = {
  readonly streamId: number;
  readonly format: ExportFormat;
  /** Whether people and posts get pseudonyms. */
  readonly pseudonymous: boolean;
  /** The range in which they were posted. */
  readonly range: Range;
};
