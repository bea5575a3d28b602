import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { problemOf } from '../api/errors.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import { type CardState, cardState } from '../card/state.ts';
import { Explanation } from '../trending/explanation.tsx';
import { windowOf, windows } from '../trending/search.ts';
import { Segments } from '../ui/segments.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { TagExplained } from './queries.ts';

const offered = ['PT1H', 'P1D', 'P7D'] as const;

/** Why the hashtag is used in a window that ends now. */
export function WhyCard({ tag, zone }: { tag: string; zone: string }) {
  const [length, setLength] = useState<(typeof offered)[number]>('P7D');
  const variables = useMemo(() => ({ tag, window: length }), [tag, length]);
  const [{ data, fetching, error }, ask] = useQuery({ query: TagExplained, variables });
  const problem = problemOf(error);
  const longer = windows.find(({ ms }) => ms > (windowOf(length)?.ms ?? 0) && ms >= 86_400_000);
  const state: CardState =
    problem?.code === 'NOT_FOUND'
      ? {
          kind: 'empty',
          title: 'Not used recently',
          hint: `No post of the last ${windowOf(length)?.name} has #${tag}.`,
          offers:
            longer === undefined
              ? []
              : [{ label: `Show the last ${longer.name}`, onClick: () => setLength('P7D') }],
        }
      : cardState({
          fetching,
          hasData: data !== undefined,
          problem,
          onRetry: () => ask({ requestPolicy: 'network-only' }),
        });
  return (
    <Card
      className="md:col-span-12 lg:col-span-5"
      title="Why it is used"
      height={300}
      state={state}
      skeleton={<RowsSkeleton rows={9} />}
      controls={
        <Segments
          small
          label="Window"
          value={length}
          onChange={setLength}
          items={offered.map((value) => ({ value, label: windowOf(value)?.label ?? value }))}
        />
      }
      queryHref={queryLink(TagExplained, variables)}
      zone={zone}
    >
      {data !== undefined && <Explanation explanation={data.explainTrend} zone={zone} />}
    </Card>
  );
}
