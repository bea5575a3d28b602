import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { warnRarely } from '../platform/warn-rarely.ts';
import type { RenewedToken, TokenKeeper } from '../providers/twitch-eventsub/user-token.ts';

type KeepingOptions = {
  /** The file with the token. */
  readonly path: string;
  /** The configured tokens. A saved token is used only as long as these are the same. */
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
 * Saves renewed tokens in a file that only its owner can read, shared by the processes of this machine. Read and write
 * errors are logged as warnings and never fail the caller.
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
        if (err.code !== 'ENOENT') warnRarely(log, { err }, 'the saved Twitch token could not be read');
        return null;
      }),
    save: (renewed) =>
      write(renewed).catch((err) =>
        warnRarely(log, { err }, 'the renewed Twitch token could not be saved: a restart may need a new one'),
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
