import { Link } from '@tanstack/react-router';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { exact, share as shareText } from '../format/numbers.ts';
import { postsLink, streamPosts } from '../posts/link.ts';
import type { Range } from '../search-params/range.ts';
import { Chip } from '../ui/chip.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { type Compared, slotColour } from './compared.ts';
import { timesShared } from './compute.ts';

const most = 10;

/** The hashtags of each stream side by side; shared ones are marked. */
export function HashtagsCard(props: {
  streams: readonly Compared[];
  state: CardState;
  range: Range;
  zone: string;
  queryHref: string;
}) {
  const { streams, state, range, zone, queryHref } = props;
  const terms = streams.map(({ rest }) => rest?.stats.topTerms ?? []);
  const times = timesShared(terms.map((list) => list.map(({ term }) => term)));
  const shared = [...times].filter(([, count]) => count > 1).map(([term]) => term);
  const cardState: CardState =
    state.kind === 'ready' && times.size === 0
      ? { kind: 'empty', title: 'No hashtags', hint: 'No post in this range has one.' }
      : state;
  return (
    <Card
      className="md:col-span-12"
      title="Hashtags"
      scope={
        shared.length === 0
          ? 'no two streams share one of their top 20'
          : `${shared.length} in the top 20 of two or more`
      }
      height={most * 32 + 24}
      state={cardState}
      skeleton={<RowsSkeleton rows={10} />}
      queryHref={queryHref}
      table={{
        columns: ['Hashtag', ...streams.map(({ head }) => head.title)],
        rows: [...times.keys()].map((term) => [
          `#${term}`,
          ...terms.map((list) => list.find((each) => each.term === term)?.count ?? null),
        ]),
      }}
    >
      <div className="grid grid-cols-1 gap-6 sm:grid-cols-2 lg:grid-flow-col lg:auto-cols-fr lg:grid-cols-none">
        {streams.map(({ slot, head }, index) => (
          <div key={slot} className="min-w-0">
            <p className="mb-1 flex items-center gap-1.5 truncate font-medium text-xs">
              <span
                aria-hidden
                className="size-2 shrink-0 rounded-full"
                style={{ background: slotColour(slot) }}
              />
              {head.title}
            </p>
            {terms[index]?.length === 0 && <p className="py-1.5 text-fg-2 text-sm">No hashtags</p>}
            <ol aria-label={`Hashtags of ${head.title}`}>
              {(terms[index] ?? []).slice(0, most).map(({ term, count, share }) => {
                const inMany = times.get(term) ?? 0;
                return (
                  <li key={term} className="flex h-8 items-center gap-2 border-b text-sm last:border-0">
                    <Link
                      to="/tag/$tag"
                      params={{ tag: term }}
                      className={`min-w-0 truncate hover:underline ${inMany > 1 ? 'font-medium' : ''}`}
                    >
                      #{term}
                    </Link>
                    {inMany > 1 && (
                      <Chip tone="brand" title={`In the top 20 of ${inMany} of these streams`}>
                        {inMany} of {streams.length}
                      </Chip>
                    )}
                    <Link
                      {...postsLink({ ...streamPosts(head.id, range, zone), hashtags: [term] })}
                      className="nums ml-auto hover:underline"
                      aria-label={`${exact(count)} posts of ${head.title} with #${term}`}
                    >
                      {exact(count)}
                    </Link>
                    <span className="nums w-11 text-right text-fg-2 text-xs">{shareText(share)}</span>
                  </li>
                );
              })}
            </ol>
          </div>
        ))}
      </div>
    </Card>
  );
}
