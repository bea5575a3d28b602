import { describe, expect, it, test } from 'vitest';
import { readChatLog, textStart } from '../../../../web/src/start/chat-log.ts';
import { logStarts } from '../../../support/log-starts.ts';

describe('the log of a chat, before it is sent', () => {
  test.each(logStarts)('%s', (_what, start, channels) => {
    expect(readChatLog(start)?.channels ?? null).toEqual(channels);
  });
});

describe('the beginning of a text', () => {
  it('is decompressed, also of a file that is cut off', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `${1_480_664_483 + at} ann: hello ${at ** 2}`);
    const long = lines.join('\n');
    const packed = await gzipped(long);
    const whole = await textStart(packed);
    expect(whole).toHaveLength(65_536);
    expect(long.startsWith(whole)).toBe(true);
    const cut = await textStart(packed.slice(0, 20_000));
    expect(cut.length).toBeGreaterThan(1_000);
    expect(long.startsWith(cut)).toBe(true);
    expect(await textStart(new Blob([Uint8Array.of(0x1f, 0x8b, 1, 2, 3)]))).toBe('');
  });

  it('is read as UTF-16 when its first bytes say so', async () => {
    const text = '1480664483 ann: grüß';
    for (const isLittle of [true, false]) {
      const view = new DataView(new ArrayBuffer(2 * text.length + 2));
      [0xfeff, ...[...text].map((letter) => letter.charCodeAt(0))].forEach((unit, at) => {
        view.setUint16(2 * at, unit, isLittle);
      });
      expect(await textStart(new Blob([view]))).toBe(text);
    }
  });
});

const gzipped = (text: string): Promise<Blob> =>
  new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
