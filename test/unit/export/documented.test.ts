import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { columnNames, columns } from '../../../src/export/columns.ts';
import { root } from '../../support/program.ts';

test('docs/export.md explains each column, in the order of the file', () => {
  const text = readFileSync(join(root, 'docs/export.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `(\w+)` +\| ([\w ]+?) +\| (.+) \|$/gm)].map(
    ([, name, type, meaning]) => ({ name, type, meaning }),
  );
  expect(documented).toEqual(
    columnNames.map((name) => {
      const { kind, nullable, meaning } = columns[name];
      return { name, type: nullable ? `${kind} or null` : kind, meaning };
    }),
  );
});
