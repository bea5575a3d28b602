import { z } from 'zod';
import { loadConfig } from '../config.ts';
import { checkDataFolder } from '../data-folder.ts';
import { startServer } from '../server.ts';
import { type Environment, type Output, print } from './output.ts';
import { giveTimeToEnd, isRunByNpm, stopped, untilStopped } from './stopped.ts';

type ServeOptions = Output & {
  /** False: no job process inside. */
  readonly worker: boolean;
  readonly processes?: number;
};

/** Serves until SIGTERM or SIGINT; a second one ends at once. */
export async function serve(environment: Environment, output: ServeOptions): Promise<void> {
  const { worker, processes } = output;
  const chosen = {
    ...environment,
    ...(worker ? {} : { LARKSTAT_WORKER: 'off' }),
    ...(processes === undefined ? {} : { LARKSTAT_PROCESSES: String(processes) }),
  };
  const config = loadConfig(chosen);
  const { delayMs, limitMs } = config.http.drain;
  giveTimeToEnd(delayMs + limitMs);
  const server = await startServer(config, chosen, stopped);
  try {
    print(output, { url: server.url, graphql: `${server.url}/graphql` }, [
      `larkstat is ready: GraphiQL and the API at ${server.url}/graphql`,
      ...(server.hasNewDemo ? whatNext(environment) : []),
    ]);
    await untilStopped();
  } finally {
    await server.close();
  }
}

/** What somebody who has just begun may want to do. */
function whatNext(environment: Environment): readonly string[] {
  const larkstat = isRunByNpm(environment) ? 'npm run -s larkstat --' : 'larkstat';
  return [
    'This first start makes up three demo accounts: open the address and run a tab.',
    'In another terminal:',
    `  ${larkstat} import <archive.zip>   your own posts`,
    `  ${larkstat} fetch <handle>         posts from X (see README)`,
    `  ${larkstat} demo remove            erases the demo accounts`,
    'Ctrl-C ends the server.',
  ];
}

/** What /ready answers. */
const readiness = z.looseObject({
  status: z.string(),
  checks: z.record(z.string(), z.looseObject({ ok: z.boolean(), ms: z.number() })),
});

/** Asks the running server's /ready. */
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
