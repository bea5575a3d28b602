import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { JobFiles } from '../jobs/delete-stream.ts';
import { openUploads } from '../jobs/uploads/open-uploads.ts';
import { createLogger } from '../platform/logger.ts';

/** Where jobs store their files, for commands that delete streams. */
export const jobFilesOf = (config: Config): JobFiles => ({
  spoolRoot: join(config.dataFolder, 'spool'),
  uploads: openUploads(config.uploads, createLogger(config.logLevel, 'cli')),
});
