import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig, variableNames } from '../../../src/config.ts';
import { root } from '../../support/program.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

/** The lines `#NAME=value` of .env.example, in order. */
const example = read('.env.example').split('\n');
const variables = example.flatMap((line) => {
  const [, name, value] = /^#([A-Z_]+)=(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [{ name, value }];
});

describe('.env.example', () => {
  test('has every variable that the program or compose.yaml reads, once, and no other', () => {
    const composed = [...read('compose.yaml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
    expect(variables.map(({ name }) => name).sort()).toEqual(sorted([...variableNames, ...composed]));
  });

  test('explains each', () => {
    const undescribed = example.filter(
      (line, at) =>
        /^#[A-Z_]+=/.test(line) &&
        !/^# \S.*[.}]$|^# \S.*:\/\//.test(example[at - 1] ?? '') &&
        !/^#AWS_ACCESS_KEY_ID=/.test(example[at - 1] ?? ''), // the two keys share a sentence
    );
    expect(undescribed).toEqual([]);
  });

  test('shows the defaults', () => {
    const shown = variables.filter(({ name }) => variableNames.includes(name));
    expect(loadConfig(Object.fromEntries(shown.map(({ name, value }) => [name, value])))).toEqual(
      loadConfig({}),
    );
  });
});

test('the README explains each variable', () => {
  const described = [...read('README.md').matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) +\|/gm)].flatMap(
    ([, names]) => [...(names ?? '').matchAll(/[A-Z_]+/g)].map(([name]) => name),
  );
  expect(sorted(described)).toEqual(sorted(variableNames));
});
