import { useQuery } from 'urql';
import { problemOf } from '../api/errors.ts';
import { about } from '../format/durations.ts';
import { exact } from '../format/numbers.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { providerNames } from '../stats/provenance/provenance.tsx';
import { AccountQuote, TopicQuote } from './queries.ts';
import type { Subject } from './subject.ts';

const usd = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/**
 * The cost of a fetch before it starts: posts, requests, money, time. `onKnown`: receives whether any provider can
 * fetch.
 */
export function Quote({ subject, full }: { subject: Subject; full: boolean }) {
  const { quotes, problem, fetching } = useQuote(subject, full);
  if (fetching)
    return (
      <div role="status" aria-label="Asking for the price" className="space-y-1.5">
        <Skeleton className="h-4 w-56" />
        <Skeleton className="h-4 w-40" />
      </div>
    );
  if (problem !== null)
    return (
      <p role="status" className="text-fg-2 text-xs">
        {problem.title}. {problem.hint}
      </p>
    );
  const [cheapest] = quotes;
  if (cheapest === undefined)
    return (
      <p role="status" className="text-fg-2 text-xs">
        No provider is set up: set X_BEARER_TOKEN, SOCIALDATA_API_KEY or X_SCRAPER, or import an archive.
      </p>
    );
  return (
    <div role="status" className="nums text-xs">
      <p className="font-medium">
        about {exact(cheapest.posts)} posts · {exact(cheapest.requests)} requests · {usd.format(cheapest.usd)}{' '}
        · {about(cheapest.seconds)}
      </p>
      <p className="mt-0.5 text-fg-2">
        by {providerNames[cheapest.provider]}
        {cheapest.note != null && `. ${cheapest.note}`}
      </p>
    </div>
  );
}

/** The quotes of a fetch, cheapest first. */
export function useQuote(subject: Subject, full: boolean) {
  const ofAccount = subject.kind === 'account';
  const [account] = useQuery({
    query: AccountQuote,
    variables: { handle: ofAccount ? subject.handle : '', full },
    pause: !ofAccount,
    requestPolicy: 'cache-and-network',
  });
  const [topic] = useQuery({
    query: TopicQuote,
    variables: { query: ofAccount ? '' : subject.query },
    pause: ofAccount,
    requestPolicy: 'cache-and-network',
  });
  const { data, error, fetching } = ofAccount ? account : topic;
  return {
    quotes: data?.fetchQuote ?? [],
    problem: problemOf(error),
    fetching: fetching && data === undefined,
  };
}
