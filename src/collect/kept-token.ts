import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { warnRarely } from '../platform/warn-rarely.ts';
import type { RenewedToken, TokenKeeper } from '../providers/twitch-eventsub/user-token.ts';

type KeepingOptions = {
  /** The file that holds it. */
  readonly path: string;
  /** The tokens that are configured. A kept token counts only as long as these are the same. */
  readonly configured: RenewedToken;
  readonly log: Logger;
};

const bytesMax = 10_000;
const file = z.object({
  configured: z.string(),
  token: z.string().min(1).max(500),
  refreshToken: z.string().min(1).max(500),
});

/**
 * Keeps the token that Twitch gave for the configured one in a file that only its owner reads. The processes of one machine
 * share it. What cannot be read or written is warned of, and never fails the one who asks.
 */
export function keepTokenIn({ path, configured, log }: KeepingOptions): TokenKeeper {
  const origin = createHash('sha256').update(`${configured.token}\n${configured.refreshToken}`).digest('hex');

  async function read(): Promise<RenewedToken | null> {
    if ((await stat(path)).size > bytesMax) return null;
    const kept = file.safeParse(parsed(await readFile(path, 'utf8'))).data;
    return kept?.configured === origin ? { token: kept.token, refreshToken: kept.refreshToken } : null;
  }

  async function write(renewed: RenewedToken): Promise<void> {
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(JSON.stringify({ configured: origin, ...renewed }));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
  }

  return {
    load: () =>
      read().catch((err: NodeJS.ErrnoException) => {
        if (err.code !== 'ENOENT') warnRarely(log, { err }, 'the kept token of Twitch could not be read');
        return null;
      }),
    save: (renewed) =>
      write(renewed).catch((err) =>
        warnRarely(
          log,
          { err },
          'the renewed token of Twitch could not be kept: a restart may need a new one',
        ),
      ),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
