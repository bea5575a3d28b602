import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { problemOf } from '../api/errors.ts';
import { Card } from '../card/card.tsx';
import { type CardState, cardState } from '../card/state.ts';
import { StateBody } from '../card/states.tsx';
import { dayOf, minuteOf } from '../format/dates.ts';
import { compact, exact } from '../format/numbers.ts';
import { postsLink } from '../posts/link.ts';
import { printStreamView, type StreamView, streamView } from '../search-params/page.ts';
import { toTimeRange } from '../search-params/range.ts';
import { Grid, Page as Frame } from '../shell/page.tsx';
import { ofAlerts, tagSteps, tagVariables } from '../tag/load.ts';
import { TagPage } from '../tag/queries.ts';
import { RelatedCard } from '../tag/related-card.tsx';
import { UseCard } from '../tag/use-card.tsx';
import { WhyCard } from '../tag/why-card.tsx';
import { AlertsCard, watchedTags } from '../trending/alerts-card.tsx';
import { PostLines } from '../trending/post-lines.tsx';
import { RangeBar } from '../trending/range-bar.tsx';
import { parseTag } from '../trending/search.ts';
import { WatchButton } from '../trending/watch.tsx';
import { Button } from '../ui/button.tsx';
import { Segments } from '../ui/segments.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';

const route = getRouteApi('/tag/$tag');
const measures = { byEngagement: 'Engagement', byLikes: 'Likes', byReposts: 'Reposts' } as const;

/** The page of one hashtag. */
export function Page() {
  const params = route.useParams();
  const tag = parseTag(params.tag);
  return tag === null ? <NoTag name={params.tag} /> : <TagOf key={tag} tag={tag} />;
}

function TagOf({ tag }: { tag: string }) {
  const search = route.useSearch();
  const view = useMemo(() => streamView(search), [search]);
  const { range, zone, step } = view;
  const navigate = route.useNavigate();
  const change = (next: Partial<StreamView>) =>
    void navigate({
      search: (old) => {
        const { step: kept, ...others } = old;
        // Another range has its own suitable step.
        return {
          ...others,
          ...(next.range === undefined && kept && { step: kept }),
          ...cleared(next),
          ...printStreamView(next),
        };
      },
      resetScroll: false,
    });
  const variables = useMemo(() => tagVariables(tag, search, Date.now()), [tag, search]);
  const [{ data, fetching, error }, ask] = useQuery({ query: TagPage, variables, context: ofAlerts });
  const hashtag = data?.hashtag;
  const state: CardState = cardState({
    fetching,
    hasData: hashtag != null,
    problem: problemOf(error),
    onRetry: () => ask({ requestPolicy: 'network-only' }),
  });
  const [by, setBy] = useState<keyof typeof measures>('byEngagement');
  const posts = hashtag?.[by];
  const to = toTimeRange(range, zone, Date.now())?.to;
  const inProgress = to === undefined || Date.parse(to) > Date.now();

  const series = hashtag?.series ?? null;
  const seriesState: CardState =
    series !== null && series.starts.length === 0
      ? {
          kind: 'empty',
          title: 'No posts in this range',
          hint: `${exact(hashtag?.posts)} posts use it outside of the range.`,
          offers: [{ label: 'Show all', onClick: () => change({ range: 'all' }) }],
        }
      : state;
  if (data !== undefined && hashtag == null) return <NoTag name={tag} />;
  return (
    <Frame title={`#${tag}`} complete={state.kind !== 'loading'}>
      <div className="mb-3 flex flex-wrap items-center gap-x-2 gap-y-2">
        <div className="min-w-0 max-sm:basis-full sm:flex-1">
          <h1 className="truncate font-semibold text-xl" title={`#${tag}`}>
            #{tag}
          </h1>
          <p className="nums min-h-5 text-fg-2 text-sm">
            {hashtag != null && (
              <>
                <b className="font-semibold text-fg" title={exact(hashtag.posts)}>
                  {compact(hashtag.posts)}
                </b>{' '}
                posts by{' '}
                <b className="font-semibold text-fg" title={exact(hashtag.authors)}>
                  {compact(hashtag.authors)}
                </b>{' '}
                authors
                {hashtag.firstSeenAt !== null && (
                  <>
                    {' '}
                    · first seen{' '}
                    <time dateTime={hashtag.firstSeenAt} title={minuteOf(hashtag.firstSeenAt, zone)}>
                      {dayOf(hashtag.firstSeenAt, zone)}
                    </time>
                  </>
                )}
              </>
            )}
          </p>
        </div>
        <Button asChild>
          <Link {...postsLink({ hashtags: [tag] })}>All its posts</Link>
        </Button>
        <Button asChild>
          <Link to="/trending" search={{ tag }}>
            In Trending
          </Link>
        </Button>
        <WatchButton tag={tag} window="PT1H" isWatched={watchedTags(data ?? null).has(tag)} />
      </div>
      <RangeBar range={range} zone={zone} onChange={change} />
      <Grid>
        <UseCard
          tag={tag}
          series={series}
          state={seriesState}
          zone={zone}
          step={step}
          steps={tagSteps(range, step)}
          inProgress={inProgress}
          range={range}
          variables={variables}
          onStep={(next) => change({ step: next })}
          onRange={(next) => change({ range: next })}
        />
        <RelatedCard tag={tag} hashtag={hashtag ?? null} state={state} />
        <WhyCard tag={tag} zone={zone} />
        <Card
          className="md:col-span-12 lg:col-span-8"
          title="Top posts"
          scope="of all time"
          height={320}
          state={
            posts?.length === 0
              ? {
                  kind: 'empty',
                  title: 'No known figures',
                  hint: `No post with #${tag} has known ${measures[by].toLowerCase()}.`,
                }
              : state
          }
          skeleton={<RowsSkeleton rows={10} />}
          zone={zone}
          controls={
            <Segments
              small
              label="Top posts by"
              value={by}
              onChange={setBy}
              items={Object.entries(measures).map(([value, label]) => ({ value: value as typeof by, label }))} // safe: its keys
            />
          }
        >
          {posts && <PostLines label={`Top posts with #${tag}`} posts={posts} zone={zone} />}
        </Card>
        <AlertsCard tag={tag} data={data ?? null} state={state} zone={zone} />
      </Grid>
    </Frame>
  );
}

/** Removes the keys of a change, so that defaults leave the address. */
function cleared(next: Partial<StreamView>): Record<string, undefined> {
  return Object.fromEntries(Object.keys(next).map((name) => [name, undefined]));
}

function NoTag({ name }: { name: string }) {
  return (
    <Frame title={`#${name}`} complete>
      <h1 className="mb-4 truncate font-semibold text-xl">#{name}</h1>
      <section className="card p-5">
        <StateBody
          state={{
            kind: 'empty',
            title: `No collected post uses #${name}`,
            hint: 'It shows here once a stream that you collect has a post with it.',
          }}
          height={240}
          skeleton={null}
        />
        <p className="flex justify-center gap-2">
          <Button size="sm" asChild>
            <Link to="/trending">Go to Trending</Link>
          </Button>
          <Button size="sm" asChild>
            <Link {...postsLink({ q: name })}>Search the posts</Link>
          </Button>
        </p>
      </section>
    </Frame>
  );
}
