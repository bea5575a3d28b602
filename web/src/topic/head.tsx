import { Search } from 'lucide-react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { StreamHead } from '../stats/stream-head.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

/** A topic's description, and how much of it was collected. */
export const TopicHeadFragment = graphql(`
  fragment TopicHead on Topic {
    id
    query
    title
    freshness {
      ...FreshnessLine
    }
    tracking {
      every
      nextAt
    }
  }
`);

/** The head of a topic's page. */
export function TopicHead(props: {
  query: string;
  topic: FragmentType<typeof TopicHeadFragment> | null;
  zone: string;
  children: React.ReactNode;
}) {
  const topic = readFragment(TopicHeadFragment, props.topic);
  return (
    <StreamHead
      picture={
        <span className="inline-grid size-14 shrink-0 place-content-center rounded-full bg-brand-soft text-brand max-sm:size-11">
          <Search size={22} aria-hidden />
        </span>
      }
      title={<h1 className="min-w-0 break-words font-semibold text-xl">{topic?.title ?? props.query}</h1>}
      description={
        <>
          Posts that match <code className="font-mono text-sm">{topic?.query ?? props.query}</code>
        </>
      }
      facts={topic == null ? <Skeleton className="h-4 w-72 max-w-full" /> : null}
      freshness={topic?.freshness ?? null}
      zone={props.zone}
    >
      {props.children}
    </StreamHead>
  );
}
