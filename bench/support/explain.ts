import { type Database, openDatabase } from '../../src/db/client.ts';

type Statement = { readonly text: string; readonly parameters: readonly unknown[] };

/** Runs the work with a separate database and prints the plan of each statement. */
export async function explainStatements(
  name: string,
  url: string,
  work: (db: Database) => Promise<unknown>,
): Promise<void> {
  const statements: Statement[] = [];
  // Drizzle's logger also passes the parameters.
  const onStatement = (text: string, parameters: readonly unknown[] = []) =>
    void statements.push({ text, parameters });
  const db = openDatabase(url, { poolSize: 1, onStatement });
  try {
    await work(db);
    for (const { text, parameters } of statements) {
      const rows = await db.sql.unsafe(`explain (analyze, buffers, settings) ${text}`, [
        ...parameters,
      ] as string[]);
      const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n');
      process.stdout.write(`\n${name}\n\`\`\`\n${text.replace(/\s+/g, ' ')}\n\n${plan}\n\`\`\`\n`);
    }
  } finally {
    await db.close();
  }
}
