import { Link } from '@tanstack/react-router';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { ChangeText } from '../chart/stat.tsx';
import { Sparkline } from '../chart/sparkline.tsx';
import { Age } from '../format/age.tsx';
import { change } from '../format/change.ts';
import { compact, exact } from '../format/numbers.ts';
import { browserZone } from '../search-params/zone.ts';
import { streamKind, streamPath } from '../shell/stream-link.ts';
import { Avatar } from '../ui/avatar.tsx';

export const RecentStreamFragment = graphql(`
  fragment RecentStream on Stream {
    __typename
    id
    title
    freshness {
      fetchedAt
      stale
      latestPostAt
    }
    tracking {
      nextAt
    }
    ... on Account {
      handle
      displayName
      avatar
    }
    ... on Topic {
      query
    }
    ... on Channel {
      displayName
      avatar
    }
    stats(range: $range, timeZone: $zone) {
      totals {
        posts
      }
      previous {
        totals {
          posts
        }
      }
      series(interval: DAY) {
        values
      }
    }
  }
`);

/** Columns of the list from 640 px on; on narrower screens the second line has the figures. */
export const streamColumns =
  'sm:grid-cols-[minmax(0,1fr)_112px_56px_88px_88px] xl:grid-cols-[minmax(0,1fr)_112px_72px_112px_104px]';

/** One stream: its name, its last 30 days, the change against the 30 days before, and its freshness. */
export function RecentStream(props: { stream: FragmentType<typeof RecentStreamFragment> }) {
  const stream = readFragment(RecentStreamFragment, props.stream);
  const { totals, previous, series } = stream.stats;
  const person = stream.__typename === 'Account' || stream.__typename === 'Channel' ? stream : null;
  const name = person?.displayName ?? null;
  const { fetchedAt, stale } = stream.freshness;
  return (
    <Link
      to={streamPath(stream)}
      // An old archive has nothing in these days, so it opens with all of its posts.
      search={{ range: totals.posts > 0 ? '30d' : 'all' }}
      data-row
      className={`-mx-2 grid min-h-14 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 rounded-control px-2 py-2 text-sm hover:bg-surface-2 ${streamColumns}`}
    >
      <span className="flex min-w-0 items-center gap-3">
        <Avatar name={name ?? stream.title} src={person?.avatar ?? null} size={32} />
        <span className="min-w-0">
          <span className="block truncate font-medium" title={name ?? stream.title}>
            {name ?? stream.title}
          </span>
          <span className="block truncate text-fg-2 text-xs">{streamKind(stream) ?? stream.title}</span>
        </span>
      </span>
      <Sparkline values={series.values} width={112} height={28} />
      <span
        className="nums font-medium max-sm:hidden sm:text-right"
        title={`${exact(totals.posts)} posts in 30 days`}
      >
        {compact(totals.posts)}
      </span>
      <span className="text-xs max-sm:hidden xl:pl-4">
        <ChangeText change={change(totals.posts, previous?.totals.posts)} />
      </span>
      <span className="col-span-2 flex items-baseline justify-between gap-3 pl-11 text-xs sm:col-span-1 sm:block sm:pl-0 sm:text-right">
        <span className="nums text-fg-2 sm:hidden">
          {compact(totals.posts)} posts <ChangeText change={change(totals.posts, previous?.totals.posts)} />
        </span>
        <span className={stale && stream.tracking != null ? 'text-warn' : 'text-fg-2'}>
          {fetchedAt == null ? 'never fetched' : <Age at={fetchedAt} zone={browserZone} />}
        </span>
      </span>
    </Link>
  );
}
