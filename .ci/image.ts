// Runs each step of the Dockerfile in an empty folder, and then what the image would run, as its user. There is no Docker
// here: what is left untried is the base image. It needs root, to play the image's user.
import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../src/db/embedded.ts';
import { runSteps, type Stage } from './steps.ts';

/** The image's user `node`. */
const user = { uid: 1_000, gid: 1_000 };
const key = 'only-for-this-check-of-the-image';

if (process.getuid?.() !== 0) {
  process.stdout.write('the steps of the Dockerfile are not tried: that needs root\n');
} else {
  await tryImage();
}

async function tryImage(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'larkstat-image-'));
  chmodSync(folder, 0o755);
  try {
    const image = runSteps(process.cwd(), folder);
    chmodSync(image.folder, 0o755);
    const app = join(image.folder, 'app');
    assert.deepEqual(readdirSync(app).sort(), [
      'LICENSE',
      'dist',
      'drizzle',
      'node_modules',
      'package.json',
      'schema',
    ]);
    const installed = readdirSync(join(app, 'node_modules'));
    assert.deepEqual(
      ['typescript', 'vitest', 'tsx'].filter((name) => installed.includes(name)),
      [],
    );
    process.stdout.write(execFileSync('du', ['-sh', app], { encoding: 'utf8' }));
    const postgres = await startEmbedded({ folder: join(folder, 'postgres') });
    try {
      await serve(image, postgres.url);
    } finally {
      await postgres.release();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts the image's command as its user, and asks it as its health check and a client do. */
async function serve(image: Stage, databaseUrl: string): Promise<void> {
  const env = {
    ...image.env,
    PATH: `${image.folder}/usr/local/bin:${process.env.PATH}`,
    LARKSTAT_DATA: join(image.folder, image.env.LARKSTAT_DATA ?? ''),
    DATABASE_URL: databaseUrl,
    API_KEY: key,
    PORT: '0',
  };
  const options = { cwd: join(image.folder, image.workdir), ...user };
  const [command, ...args] = commandOf(/^CMD (\[.*\])$/m);
  const server = spawn(command ?? '', [...args, '--json'], {
    env,
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const { graphql, dashboard } = JSON.parse(String(line)) as { graphql: string; dashboard: string };
    const url = graphql.replace('0.0.0.0', '127.0.0.1');
    const [check, ...its] = commandOf(/^ +CMD (\[.*\])$/m);
    execFileSync(check ?? '', its, { env: { ...env, PORT: new URL(url).port }, ...options });
    const answer = await fetch(`${url}?query={system{version}}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    assert.equal(answer.status, 200);
    const page = await fetch(dashboard.replace('0.0.0.0', '127.0.0.1'), {
      headers: { 'accept-encoding': 'br' },
    });
    assert.deepEqual([page.status, page.headers.get('content-encoding')], [200, 'br']);
    process.stdout.write(`the image's command answers as user ${user.uid}: ${await answer.text()}\n`);
  } finally {
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    assert.deepEqual(await gone, [0, null]);
  }
}

/** A command of the Dockerfile, as a list. */
function commandOf(pattern: RegExp): string[] {
  return JSON.parse(pattern.exec(readFileSync('Dockerfile', 'utf8'))?.[1] ?? '[]') as string[];
}
