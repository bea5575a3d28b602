import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { duration } from '../format/durations.ts';
import { compact, usd } from '../format/numbers.ts';
import { providerName } from '../jobs/words.ts';
import { Until } from '../jobs/until.tsx';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Note } from '../ui/note.tsx';

export const QuoteBudgetsFragment = graphql(`
  fragment QuoteBudgets on System {
    providers {
      provider
      available
      spentUsd
      budgetUsd
      rateLimitedUntil
    }
  }
`);

export const QuoteRowFragment = graphql(`
  fragment QuoteRow on FetchQuote {
    provider
    posts
    requests
    usd
    seconds
    note
  }
`);

type Budget = {
  readonly available: boolean;
  readonly spentUsd: number;
  readonly budgetUsd?: number | null;
  readonly rateLimitedUntil?: string | null;
};

/** One provider's price, the rest of the month's budget, and the button that fetches. */
export function QuoteRow(props: {
  quote: FragmentType<typeof QuoteRowFragment>;
  budget: Budget | null;
  isCheapest: boolean;
  busy: boolean;
  onFetch: () => void;
}) {
  const { budget, isCheapest, busy, onFetch } = props;
  const quote = readFragment(QuoteRowFragment, props.quote);
  const most = budget?.budgetUsd ?? null;
  const isBeyond = most !== null && budget !== null && budget.spentUsd + quote.usd > most;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
      <div className="min-w-0 flex-1 basis-60 space-y-0.5">
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <span className="font-medium">{providerName(quote.provider)}</span>
          {isBeyond && <Chip tone="danger">beyond the budget</Chip>}
          {budget?.available === false && <Chip tone="warn">does not answer now</Chip>}
          {budget?.rateLimitedUntil != null && (
            <Chip tone="warn">
              limited until <Until at={budget.rateLimitedUntil} />
            </Chip>
          )}
        </p>
        <p className="nums text-fg-2 text-xs">
          about {compact(quote.posts)} posts · {compact(quote.requests)}{' '}
          {quote.requests === 1 ? 'request' : 'requests'} · {duration(Math.max(1, quote.seconds))}
          {most !== null && budget !== null && ` · ${usd(budget.spentUsd)} of ${usd(most)} spent this month`}
        </p>
        {quote.note != null && (
          <p className="text-fg-2 text-xs [overflow-wrap:anywhere]">
            <Note text={quote.note} />
          </p>
        )}
      </div>
      <Button
        variant={isCheapest && !isBeyond ? 'primary' : 'outline'}
        disabled={busy || isBeyond}
        onClick={onFetch}
        className="nums"
      >
        {quote.usd > 0 ? `Fetch for ${usd(quote.usd)}` : 'Fetch for free'}
      </Button>
    </div>
  );
}
