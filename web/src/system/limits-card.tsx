import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { duration } from '../format/durations.ts';
import { bytes, compact, exact } from '../format/numbers.ts';
import { FiguresCard } from './figures.tsx';

export const LimitsCardFragment = graphql(`
  fragment LimitsCard on System {
    limits {
      uploadMaxBytes
      bodyMaxBytes
      operationSeconds
      cost
      depth
      aliases
      first
      batch
    }
  }
`);

/** The limits of one request. */
export function LimitsCard(props: {
  system: FragmentType<typeof LimitsCardFragment>;
  queryHref: string;
  className: string;
}) {
  const { limits } = readFragment(LimitsCardFragment, props.system);
  const count = (name: string, value: number) => ({
    name,
    shown: compact(value),
    cell: value,
    title: exact(value),
  });
  const size = (name: string, value: number) => ({
    name,
    shown: bytes(value),
    cell: value,
    title: exact(value),
  });
  return (
    <FiguresCard
      title="Limits"
      scope="of one request"
      queryHref={props.queryHref}
      className={props.className}
      columns={4}
      figures={[
        size('An uploaded file', limits.uploadMaxBytes),
        size('A JSON body', limits.bodyMaxBytes),
        { name: 'Time', shown: duration(limits.operationSeconds), cell: limits.operationSeconds },
        count('Cost', limits.cost),
        count('Depth of fields', limits.depth),
        count('Aliases', limits.aliases),
        count('Items of a page', limits.first),
        count('Operations', limits.batch),
      ]}
    />
  );
}
