import { expect, test } from 'vitest';
import { recogniseLog } from '../../../../src/providers/twitch-log/formats.ts';
import { logStarts } from '../../../support/log-starts.ts';

// The dashboard looks by itself before it sends a file, at the same beginnings: test/unit/web/start/chat-log.test.ts.
test.each(logStarts)('%s is recognised by its beginning', (_what, start, channels) => {
  // A byte order mark is taken off before.
  expect(recogniseLog(start.replace(/^\uFEFF/, '')) !== null).toBe(channels !== null);
});
