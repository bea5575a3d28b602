import { useState } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../../../gql/index.ts';
import { Input } from '../../ui/input.tsx';
import { RowsSkeleton } from '../../ui/skeleton.tsx';
import type { FilterProps } from './filter-props.ts';
import { ManyOf } from './fields.tsx';

const FilterStreams = graphql(`
  query FilterStreams($search: String!, $chosen: [ID!]!) {
    streams(search: $search, first: 30, orderBy: UPDATED) {
      nodes {
        id
        title
      }
    }
    nodes(ids: $chosen) {
      id
      ... on Stream {
        title
      }
    }
  }
`);

/** Selects streams; they are requested when the filter opens. */
export function StreamsField({ view, onChange }: FilterProps) {
  const [search, setSearch] = useState('');
  const [{ data }] = useQuery({ query: FilterStreams, variables: { search, chosen: [...view.streams] } });
  const chosen = (data?.nodes ?? []).flatMap((node) =>
    node !== null && 'title' in node ? [{ value: node.id, label: node.title }] : [],
  );
  const found = (data?.streams.nodes ?? []).map(({ id, title }) => ({ value: id, label: title }));
  const choices = [...chosen, ...found.filter(({ value }) => !view.streams.includes(value))];
  return (
    <div className="space-y-2">
      <Input
        aria-label="Find a stream"
        placeholder="Find a stream"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className="max-h-60 min-h-24 overflow-y-auto px-1">
        {data === undefined ? (
          <RowsSkeleton rows={5} />
        ) : choices.length === 0 ? (
          <p className="py-2 text-fg-2 text-sm">No stream is called that.</p>
        ) : (
          <ManyOf
            label="Stream"
            choices={choices}
            chosen={view.streams}
            onChange={(streams) => onChange({ streams })}
          />
        )}
      </div>
    </div>
  );
}
