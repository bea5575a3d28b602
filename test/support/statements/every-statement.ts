import { createHash } from 'node:crypto';
import { loadModule } from 'libpg-query';
import { afterAll } from 'vitest';
import { readStatements } from './at-socket.ts';
import { normalized } from './normalize.ts';
import { isOfTests } from './of-tests.ts';
import { faultsOf } from './rules.ts';

/** Hashes of the shapes of all statements that this worker sent, and the texts of those not checked yet. */
const sent = globalThis as { seenStatements?: Set<string>; newStatements?: string[] };

if (sent.seenStatements === undefined) {
  const seen = new Set<string>();
  const fresh: string[] = [];
  Object.assign(sent, { seenStatements: seen, newStatements: fresh });
  readStatements((statement) => {
    const shape = createHash('sha1').update(normalized(statement)).digest('base64');
    if (seen.has(shape)) return;
    seen.add(shape);
    fresh.push(statement);
  });
}

// Checks every statement of the file once. Fails when a cluster would refuse a statement, or run it on all nodes
// unintentionally.
afterAll(async () => {
  await loadModule();
  const lines = (sent.newStatements?.splice(0) ?? []).flatMap((statement) => {
    const faults = faultsOf(statement);
    return faults.length === 0 || isOfTests(statement) ? [] : [`${faults.join('; ')}:\n${statement}`];
  });
  if (lines.length > 0)
    throw new Error(
      `${lines.length} statements are not made for a cluster (docs/citus.md):\n${lines.slice(0, 5).join('\n\n')}`,
    );
});
