import { loadConfig } from '../config.ts';
import { startServer } from '../server.ts';
import type { Rebuilding } from '../streams/rebuilds.ts';
import { countOf, type Environment, type Output, print } from './output.ts';
import { extendStopLimit, isRunByNpm, stopped, untilStopped } from './stopped.ts';

type ServeOptions = Output & {
  /** Whether to run a job process beside the server. */
  readonly worker: boolean;
  readonly processes?: number;
};

/** Serves until SIGTERM or SIGINT; a second signal ends the process at once. */
export async function serve(environment: Environment, output: ServeOptions): Promise<void> {
  const { worker, processes } = output;
  const chosen = {
    ...environment,
    ...(worker ? {} : { LARKSTAT_WORKER: 'off' }),
    ...(processes === undefined ? {} : { LARKSTAT_PROCESSES: String(processes) }),
  };
  const config = loadConfig(chosen);
  const { delayMs, limitMs } = config.http.drain;
  extendStopLimit(delayMs + limitMs);
  const server = await startServer(config, chosen, stopped);
  try {
    const { dashboard } = config.http;
    const addresses = { url: server.url, graphql: `${server.url}/graphql` };
    print(output, { ...addresses, ...(dashboard && { dashboard: `${server.url}/` }) }, [
      `larkstat is ready: ${dashboard ? `the dashboard at ${server.url}, ` : ''}GraphiQL and the API at ${addresses.graphql}`,
      ...(server.rebuilding === null ? [] : [describe(server.rebuilding)]),
      ...(server.hasNewDemo ? firstSteps(environment, dashboard) : []),
    ]);
    await untilStopped();
  } finally {
    await server.close();
  }
}

const describe = ({ streams, postsDone, postsTotal }: Rebuilding) =>
  `An older version stored ${countOf(streams, 'stream')} (${countOf(postsTotal - postsDone, 'post')} to do): ` +
  'what it derived from them is derived again in the background; `{ system { rebuilding { postsDone postsTotal } } }` shows the progress';

/** Suggests first steps. */
function firstSteps(environment: Environment, dashboard: boolean): readonly string[] {
  const larkstat = isRunByNpm(environment) ? 'npm run -s larkstat --' : 'larkstat';
  return [
    `This first start makes up three demo accounts: open ${dashboard ? 'the dashboard to look at them' : 'the address and run a tab'}.`,
    'In another terminal:',
    `  ${larkstat} import <archive.zip>   your own posts`,
    `  ${larkstat} fetch <handle>         posts from X (see README)`,
    `  ${larkstat} demo remove            erases the demo accounts`,
    'Ctrl-C ends the server.',
  ];
}
