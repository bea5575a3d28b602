import { z } from 'zod';
import { loadConfig } from '../config.ts';
import { checkDataFolder } from '../data-folder.ts';
import { type Environment, type Output, print } from './output.ts';
import { stopped } from './stopped.ts';

/** The response of /ready. */
const readiness = z.looseObject({
  status: z.string(),
  checks: z.record(z.string(), z.looseObject({ ok: z.boolean(), ms: z.number() })),
});

/** Requests /ready of the running server. */
export async function health(environment: Environment, output: Output): Promise<void> {
  const config = loadConfig(environment);
  await checkDataFolder(config);
  const { host, port } = config.http;
  const address =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  const url = `http://${address}:${port}/ready`;
  const response = await fetch(url, { signal: AbortSignal.any([stopped, AbortSignal.timeout(5_000)]) }).catch(
    (cause: unknown) => {
      throw new Error(`No server answers at ${url}: start one, or set PORT to its port`, { cause });
    },
  );
  const body = readiness.safeParse(await response.json().catch(() => null)).data;
  if (body === undefined) {
    throw new Error(
      `What answers at ${url} is not larkstat (status ${response.status}): set PORT to its port`,
    );
  }
  const lines = Object.entries(body.checks).map(
    ([name, { ok, ms }]) => `${name}: ${ok ? 'ok' : 'failed'} (${ms} ms)`,
  );
  if (!response.ok) throw new Error(`The server is not ready: ${lines.join(', ') || body.status}`);
  print(output, body, ['ready', ...lines]);
}
