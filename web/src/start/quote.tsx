import { X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import type { Provider } from '../../gql/graphql.ts';
import { type Problem, problemOf } from '../api/errors.ts';
import { Retry } from '../card/states.tsx';
import { IconButton } from '../ui/button.tsx';
import { Segments } from '../ui/segments.tsx';
import { Select } from '../ui/select.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { toast } from '../ui/toasts.tsx';
import type { Entry } from './entry.ts';
import { QuoteBudgetsFragment, QuoteRow } from './quote-row.tsx';

const Quote = graphql(`
  query Quote($handle: String, $query: String, $full: Boolean!, $limit: Int) {
    fetchQuote(handle: $handle, query: $query, full: $full, limit: $limit) {
      provider
      ...QuoteRow
    }
  }
`);

const FetchQuoted = graphql(`
  mutation FetchAccount($handle: String!, $full: Boolean!, $limit: Int, $provider: Provider!) {
    fetchAccount(handle: $handle, full: $full, limit: $limit, provider: $provider) {
      id
    }
  }
`);

const FetchQuotedTopic = graphql(`
  mutation FetchTopic($query: String!, $limit: Int, $provider: Provider!) {
    fetchTopic(query: $query, limit: $limit, provider: $provider) {
      id
    }
  }
`);

type Target = Extract<Entry, { kind: 'account' | 'topic' }>;
type Limit = 'none' | '200' | '1000' | '5000' | '20000';

const limits: readonly { readonly value: Limit; readonly label: string }[] = [
  { value: 'none', label: 'No limit' },
  { value: '200', label: 'At most 200 posts' },
  { value: '1000', label: 'At most 1,000 posts' },
  { value: '5000', label: 'At most 5,000 posts' },
  { value: '20000', label: 'At most 20,000 posts' },
];

/** The cost of fetching an account or a topic with each provider, and the button that does it. */
export function QuotePanel(props: {
  target: Target;
  budgets: FragmentType<typeof QuoteBudgetsFragment> | null;
  onFetched: () => void;
  onClose: () => void;
}) {
  const { target, onFetched, onClose } = props;
  const [reach, setReach] = useState<'new' | 'all'>('new');
  const [limit, setLimit] = useState<Limit>(target.kind === 'topic' ? '200' : 'none');
  const full = target.kind === 'account' && reach === 'all';
  const most = limit === 'none' ? null : Number(limit);
  const variables = useMemo(
    () => ({
      handle: target.kind === 'account' ? target.handle : null,
      query: target.kind === 'topic' ? target.query : null,
      full,
      limit: most,
    }),
    [target, full, most],
  );
  const [{ data, error, fetching }, ask] = useQuery({
    query: Quote,
    variables,
    requestPolicy: 'network-only',
  });
  const [account, fetchAccount] = useMutation(FetchQuoted);
  const [topic, fetchTopic] = useMutation(FetchQuotedTopic);
  const name = target.kind === 'account' ? `@${target.handle}` : `“${target.query}”`;

  const fetchBy = async (provider: Provider) => {
    const { error: refused } =
      target.kind === 'account'
        ? await fetchAccount({ handle: target.handle, full, limit: most, provider })
        : await fetchTopic({ query: target.query, limit: most, provider });
    const problem = problemOf(refused);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    else {
      toast(`Fetching ${name}`, { description: 'Its job is listed under Work on this page.' });
      onFetched();
    }
  };

  // Moves the focus for keyboard users, since the field was recreated for the new address.
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) panel.current?.focus();
  }, []);

  const problem = problemOf(error);
  const budgets = readFragment(QuoteBudgetsFragment, props.budgets);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-label={`Price of ${name}`}
      className="card mt-3 px-4 pb-2 outline-none sm:px-5"
    >
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 py-2">
        <h2 className="min-w-0 flex-1 truncate font-semibold text-sm max-sm:basis-full" title={name}>
          Fetch {name}
        </h2>
        {target.kind === 'account' && (
          <Segments
            small
            label="Which posts"
            value={reach}
            onChange={setReach}
            items={[
              { value: 'new', label: 'New posts' },
              { value: 'all', label: 'Whole history' },
            ]}
          />
        )}
        <Select
          label="Posts at most"
          value={limit}
          items={target.kind === 'topic' ? limits.slice(1) : limits}
          onChange={setLimit}
          className="h-7 text-xs"
        />
        <IconButton label="Close" onClick={onClose}>
          <X size={15} />
        </IconButton>
      </header>
      {problem !== null ? (
        <QuoteProblem problem={problem} onRetry={() => ask({ requestPolicy: 'network-only' })} />
      ) : data === undefined || fetching ? (
        <div role="status" aria-busy className="flex h-16 items-center justify-between gap-4 border-t">
          <span className="sr-only">Asking for the price</span>
          <div className="w-1/2 space-y-2">
            <Skeleton className="h-3.5 w-24" />
            <Skeleton className="h-2.5" />
          </div>
          <Skeleton className="h-8 w-32" />
        </div>
      ) : (
        <ul className="divide-y border-t">
          {data.fetchQuote.map((quote, index) => (
            <li key={quote.provider}>
              <QuoteRow
                quote={quote}
                budget={budgets?.providers.find(({ provider }) => provider === quote.provider) ?? null}
                isCheapest={index === 0}
                busy={account.fetching || topic.fetching}
                onFetch={() => void fetchBy(quote.provider)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function QuoteProblem({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium text-sm">{problem.title}</p>
        <p className="text-fg-2 text-xs [overflow-wrap:anywhere]">
          {problem.hint} <span className="font-mono text-axis text-fg-3">{problem.code}</span>
        </p>
      </div>
      <Retry retryAt={problem.retryAt} onRetry={onRetry} />
    </div>
  );
}
