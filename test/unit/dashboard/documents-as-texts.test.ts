import { parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { asTexts, byName } from '../../../web/documents-as-texts.ts';

const text = 'query Totals($handle: String!) {\n  account(handle: $handle) {\n    id\n  }\n}';
const parsed = JSON.stringify(parse(text, { noLocation: true }));

describe('the documents of the built dashboard', () => {
  it('are the printed texts of the parsed ones, and nothing else changes', () => {
    const line = `export const TotalsDocument = ${parsed} as unknown as DocumentNode<TotalsQuery, Exact<{ handle: string }>>;`;
    const made = asTexts(`import type { X } from 'y';\n${line}\nexport type Job = 'A' | 'B';`);
    expect(made.split('\n')[0]).toBe("import type { X } from 'y';");
    expect(made.split('\n')[2]).toBe("export type Job = 'A' | 'B';");
    const value = /^export const TotalsDocument = (".*");$/m.exec(made)?.[1] ?? '""';
    expect(JSON.parse(value)).toBe(print(parse(text)));
  });

  it('are imported by their names where they are written', () => {
    const made = byName(
      [
        'const One = graphql(`\n  fragment Card on Stats { id }\n`);',
        'const Other = graphql(`\n  subscription Jobs { jobChanged { id } }\n`);',
        'graphql(`not a document`);',
      ].join('\n'),
    );
    const [imports, ...rest] = made.split('\n');
    expect(imports).toMatch(/^import \{ CardFragmentDoc, JobsDocument \} from ".*\/web\/gql\/graphql\.ts";$/);
    expect(rest).toEqual([
      'const One = CardFragmentDoc;',
      'const Other = JobsDocument;',
      'graphql(`not a document`);',
    ]);
  });
});
