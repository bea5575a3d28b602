import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { bytes, compact, exact } from '../format/numbers.ts';
import { FiguresCard } from './figures.tsx';

export const StoreCardFragment = graphql(`
  fragment StoreCard on System {
    store {
      posts
      streams
      authors
      bytes
    }
  }
`);

/** The size of the store. */
export function StoreCard(props: {
  system: FragmentType<typeof StoreCardFragment>;
  queryHref: string;
  className: string;
}) {
  const { store } = readFragment(StoreCardFragment, props.system);
  const count = (name: string, value: number) => ({
    name,
    shown: compact(value),
    cell: value,
    title: exact(value),
  });
  return (
    <FiguresCard
      title="Store"
      queryHref={props.queryHref}
      className={props.className}
      figures={[
        count('Posts', store.posts),
        count('Streams', store.streams),
        count('Authors', store.authors),
        { name: 'On disk', shown: bytes(store.bytes), cell: store.bytes, title: exact(store.bytes) },
      ]}
    />
  );
}
