import { expect, test } from 'vitest';
import { recogniseLog } from '../../../../src/providers/twitch-log/formats.ts';
import { logStarts } from '../../../support/log-starts.ts';

// The dashboard itself checks the first bytes before it sends a file: test/unit/web/start/chat-log.test.ts.
test.each(logStarts)('%s is recognised by its beginning', (_what, start, channels) => {
  // A byte order mark is removed before.
  expect(recogniseLog(start.replace(/^\uFEFF/, '')) !== null).toBe(channels !== null);
});
