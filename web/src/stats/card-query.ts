import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { stringifyDocument } from 'urql';
import { queryLink } from '../card/query-link.ts';
import type { ShownStream } from './stream.tsx';

const types: Record<string, string> = {
  range: 'TimeRange',
  zone: 'TimeZone!',
  step: 'Interval!',
  buckets: 'Int!',
  by: 'PreviousBasis!',
  compares: 'Boolean!',
  ofAccount: 'Boolean!',
  chatters: 'Boolean!',
  year: 'Int!',
  latestYear: 'Boolean!',
};

/** Returns the address of a card's own query: its fragment on the page's stats. */
export function cardQuery(fragment: TypedDocumentNode<unknown, unknown>, stream: ShownStream): string {
  const text = stringifyDocument(fragment);
  const name = /^fragment (\w+)/.exec(text)?.[1] ?? '';
  const used = new Set([
    'range',
    'zone',
    ...Array.from(text.matchAll(/\$(\w+)/g), (match) => match[1] ?? ''),
  ]);
  const declared = Object.entries(types).filter(([variable]) => used.has(variable));
  const query = `query ${name.replace(/Card$/, '')}(${declared.map(([variable, type]) => `$${variable}: ${type}`).join(', ')}) {
  ${stream.field} {
    stats(range: $range, timeZone: $zone) {
      ...${name}
    }
  }
}

${text}`;
  return queryLink(
    query,
    Object.fromEntries(declared.map(([variable]) => [variable, stream.variables[variable] ?? null])),
  );
}
