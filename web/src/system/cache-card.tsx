import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { duration } from '../format/durations.ts';
import { bytes, compact, exact, rate, unknown } from '../format/numbers.ts';
import { type Figure, FiguresCard } from './figures.tsx';

export const CacheCardFragment = graphql(`
  fragment CacheCard on System {
    backends {
      cache
    }
    cache {
      hits
      misses
      stale
      hitRate
      entries
      bytes
      meanHitMs
      meanMissMs
      oldestSeconds
    }
  }
`);

/** The cache's effect. */
export function CacheCard(props: {
  system: FragmentType<typeof CacheCardFragment>;
  queryHref: string;
  className: string;
}) {
  const { cache, backends } = readFragment(CacheCardFragment, props.system);
  const isUsed = cache.hits + cache.misses > 0;
  const count = (name: string, value: number): Figure => ({
    name,
    shown: compact(value),
    cell: value,
    title: exact(value),
  });
  const ms = (name: string, value: number, isKnown: boolean): Figure => ({
    name,
    shown: isKnown ? `${value.toLocaleString(undefined, { maximumSignificantDigits: 3 })} ms` : unknown,
    cell: isKnown ? value : null,
  });
  return (
    <FiguresCard
      title="Cache"
      scope={backends.cache}
      queryHref={props.queryHref}
      className={props.className}
      figures={[
        {
          name: 'Hit rate',
          shown: isUsed ? rate(cache.hitRate) : unknown,
          cell: isUsed ? cache.hitRate : null,
        },
        count('Hits', cache.hits),
        count('Misses', cache.misses),
        count('Served stale', cache.stale),
        ms('A hit takes', cache.meanHitMs, cache.hits > 0),
        ms('A miss takes', cache.meanMissMs, cache.misses > 0),
        count('Answers kept', cache.entries),
        { name: 'Memory', shown: bytes(cache.bytes), cell: cache.bytes },
        {
          name: 'Oldest',
          shown: cache.oldestSeconds == null ? unknown : duration(cache.oldestSeconds),
          cell: cache.oldestSeconds ?? null,
        },
      ]}
    />
  );
}
