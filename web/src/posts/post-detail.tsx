import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import type { Platform, PostDetailQuery as PostDetailData } from '../../gql/graphql.ts';
import { problemOf } from '../api/errors.ts';
import { cardState } from '../card/state.ts';
import { StateBody } from '../card/states.tsx';
import { minuteOf, zoneName } from '../format/dates.ts';
import { streamPath } from '../shell/stream-link.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { providerLabels } from './filters/words.ts';
import { postsLink } from './link.ts';
import { PostBody } from './post-body.tsx';
import { Figures } from './post-figures.tsx';
import { History } from './post-history.tsx';
import { PostMedia } from './post-media.tsx';
import { PostDetailQuery } from './post-query.ts';
import { QuotedPost } from './post-quote.tsx';
import { Thread } from './post-thread.tsx';
import { Section } from './section.tsx';

type PostDetailProps = {
  platform: string;
  platformId: string;
  /** Matches the words of a search, when the post was opened from one. */
  matcher?: RegExp | null;
  zone: string;
  /** Called with whether loading has finished, even when there is no such post. */
  onSettled?: (isSettled: boolean) => void;
};

/** Returns all details of a post. */
export function usePost(platform: string, platformId: string) {
  return useQuery({
    query: PostDetailQuery,
    // safe: the API checks the platform's name and reports an error
    variables: { platform: platform.toUpperCase() as Platform, platformId },
  });
}

/** One post with all details: beside a list, or on its own page. */
export function PostDetail({ platform, platformId, matcher = null, zone, onSettled }: PostDetailProps) {
  const [{ data, error, fetching }, refetch] = usePost(platform, platformId);
  const isSettled = data !== undefined || error !== undefined;
  useEffect(() => onSettled?.(isSettled), [isSettled, onSettled]);
  const state = cardState({
    fetching,
    hasData: data !== undefined,
    problem: problemOf(error),
    onRetry: () => refetch({ requestPolicy: 'network-only' }),
  });
  if (state.kind !== 'ready') return <StateBody state={state} height={320} skeleton={<DetailSkeleton />} />;
  const post = data?.post;
  if (post == null)
    return (
      <StateBody
        height={320}
        skeleton={null}
        state={{
          kind: 'empty',
          title: 'This post was not collected',
          hint: `No stream here has the post ${platformId}. It may have been removed, or never fetched.`,
        }}
      />
    );
  return <Loaded post={post} matcher={matcher} zone={zone} />;
}

type LoadedProps = { post: NonNullable<PostDetailData['post']>; matcher: RegExp | null; zone: string };

function Loaded({ post, matcher, zone }: LoadedProps) {
  return (
    <div className="space-y-4">
      {post.parent && <Related name="Replies to" post={post.parent} zone={zone} />}
      <PostBody post={post} matcher={matcher} zone={zone} />
      <PostMedia post={post} />
      {post.quoted && <Related name="Quotes" post={post.quoted} zone={zone} />}
      {post.reposted && <Related name="Reposts" post={post.reposted} zone={zone} />}
      <Figures post={post} />
      <History post={post} zone={zone} />
      <Thread post={post} zone={zone} />
      <Provenance post={post} zone={zone} />
    </div>
  );
}

function Related({
  name,
  post,
  zone,
}: {
  name: string;
  post: Parameters<typeof QuotedPost>[0]['post'];
  zone: string;
}) {
  return (
    <Section title={name}>
      <QuotedPost post={post} zone={zone} />
    </Section>
  );
}

function Provenance({ post, zone }: { post: LoadedProps['post']; zone: string }) {
  const { stream } = post;
  return (
    <footer className="flex flex-wrap items-center justify-between gap-2 border-t pt-3 text-fg-2 text-xs">
      <p>
        In{' '}
        <Link
          to={streamPath(stream)}
          className="text-brand underline decoration-brand/40 underline-offset-2 hover:decoration-brand"
        >
          {stream.title}
        </Link>{' '}
        ·{' '}
        <Link
          {...postsLink({ providers: [post.provider], streams: [stream.id] })}
          className="text-brand underline decoration-brand/40 underline-offset-2 hover:decoration-brand"
        >
          {providerLabels[post.provider]}
        </Link>{' '}
        · collected {minuteOf(post.collectedAt, zone)}, {zoneName(zone)}
      </p>
      {post.url != null && (
        <Button size="sm" asChild>
          <a href={post.url} target="_blank" rel="noreferrer">
            <ExternalLink size={13} /> Open on X
          </a>
        </Button>
      )}
    </footer>
  );
}

function DetailSkeleton() {
  return (
    <div aria-hidden className="space-y-3">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-24 w-full" />
    </div>
  );
}
