import { readFileSync } from 'node:fs';

const folder = new URL('../../schema/operations/', import.meta.url);

/** GraphiQL's tabs in order: each operation with its initial variables. */
export const tabs = (
  JSON.parse(readFileSync(new URL('tabs.json', folder), 'utf8')) as readonly {
    readonly operation: string;
    readonly variables: Readonly<Record<string, unknown>>;
  }[]
).map(({ operation, variables }) => ({
  operation,
  variables,
  text: readFileSync(new URL(`${operation}.graphql`, folder), 'utf8'),
}));

/** Whether the operation's first line says that it needs a provider. */
export const needsProvider = ({ text }: { readonly text: string }): boolean =>
  text.startsWith('# Needs a provider');

/** Whether the operation's first line says that it waits for changes. */
export const waits = ({ text }: { readonly text: string }): boolean => text.startsWith('# Waits for');
