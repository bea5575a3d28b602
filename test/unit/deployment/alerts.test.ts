import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { root } from '../../support/program.ts';

const folder = join(root, 'deploy/prometheus');
const promtool = (...args: string[]) => spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });

const missing = promtool('--version').status !== 0;
if (missing) process.stderr.write('skipped: what the alerts fire at (install prometheus to run it)\n');

test.skipIf(missing)('each alert fires past its limit and not at it, as Prometheus evaluates it', () => {
  const { status, stdout, stderr } = promtool('test', 'rules', 'alerts.test.yml');
  expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
});

test('each alert has a test for firing and one for not firing', () => {
  type Case = { readonly alertname: string; readonly exp_alerts: readonly unknown[] };
  const read = (file: string) => parseYaml(readFileSync(join(folder, file), 'utf8'));
  const alerts: readonly string[] = read('alerts.yml').groups.flatMap(
    ({ rules }: { rules: readonly { alert: string }[] }) => rules.map(({ alert }) => alert),
  );
  const cases: readonly Case[] = read('alerts.test.yml').tests.flatMap(
    ({ alert_rule_test }: { alert_rule_test: readonly Case[] }) => alert_rule_test,
  );
  for (const alert of alerts) {
    const fires = cases
      .filter(({ alertname }) => alertname === alert)
      .map((each) => each.exp_alerts.length > 0);
    expect([alert, fires.includes(true), fires.includes(false)]).toEqual([alert, true, true]);
  }
});
