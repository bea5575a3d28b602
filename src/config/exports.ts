import type { ExportSettings } from '../jobs/service.ts';
import { hourMs } from '../shared/instant.ts';
import { number, type Values } from './variables.ts';

/** How long exported files can be downloaded, and the most of them. */
export const exportVariables = {
  EXPORT_TTL_HOURS: number(24, 1, 168),
  EXPORTS_MAX: number(100, 1, 10_000),
};

export type ExportConfig = { readonly exports: ExportSettings };

export const exportConfig = (values: Values<typeof exportVariables>): ExportConfig => ({
  exports: { keepMs: values.EXPORT_TTL_HOURS * hourMs, most: values.EXPORTS_MAX },
});
