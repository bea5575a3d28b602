import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { Card } from '../card/card.tsx';
import { usd, wholePercent } from '../format/numbers.ts';
import { Until } from '../jobs/until.tsx';
import { isFetcher, providerName } from '../jobs/words.ts';
import { Chip } from '../ui/chip.tsx';
import { cn } from '../ui/cn.ts';
import { Note } from '../ui/note.tsx';

export const ProvidersCardFragment = graphql(`
  fragment ProvidersCard on System {
    providers {
      provider
      configured
      available
      rateLimitedUntil
      spentUsd
      budgetUsd
      note
    }
  }
`);

/** The sources of posts, what each has cost this month, and why one cannot be used. */
export function ProvidersCard(props: {
  system: FragmentType<typeof ProvidersCardFragment>;
  queryHref: string;
  className: string;
}) {
  const { providers } = readFragment(ProvidersCardFragment, props.system);
  return (
    <Card
      title="Providers"
      scope="spent since the first of the month, UTC"
      height={180}
      queryHref={props.queryHref}
      className={props.className}
      table={{
        columns: ['Provider', 'State', 'Spent, USD', 'Budget, USD', 'Note'],
        rows: providers.map(({ provider, spentUsd, budgetUsd, note, ...state }) => [
          providerName(provider),
          stateOf(state).text,
          spentUsd,
          budgetUsd ?? null,
          note ?? null,
        ]),
      }}
    >
      <ul className="divide-y">
        {providers.map(({ provider, spentUsd, budgetUsd, note, rateLimitedUntil, ...state }) => {
          const { text, tone } = stateOf({ ...state, rateLimitedUntil });
          return (
            <li key={provider} className="space-y-1.5 py-3 first:pt-1">
              <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <span className="font-medium text-sm">{providerName(provider)}</span>
                <Chip tone={tone}>
                  {text}
                  {rateLimitedUntil != null && (
                    <>
                      {' '}
                      until <Until at={rateLimitedUntil} />
                    </>
                  )}
                </Chip>
                {state.configured && isFetcher(provider) && (
                  <span className="nums ml-auto text-fg-2 text-xs">
                    {usd(spentUsd)} {budgetUsd == null ? 'spent, no budget set' : `of ${usd(budgetUsd)}`}
                  </span>
                )}
              </div>
              {state.configured && budgetUsd != null && (
                <BudgetBar name={providerName(provider)} spent={spentUsd} budget={budgetUsd} />
              )}
              {note != null && (
                <p className="text-fg-2 text-xs [overflow-wrap:anywhere]">
                  <Note text={note} />
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function stateOf(provider: {
  readonly configured: boolean;
  readonly available: boolean;
  readonly rateLimitedUntil?: string | null;
}): { readonly text: string; readonly tone: 'plain' | 'brand' | 'warn' | 'danger' } {
  if (!provider.configured) return { text: 'not set up', tone: 'plain' };
  if (!provider.available) return { text: 'does not answer', tone: 'danger' };
  if (provider.rateLimitedUntil != null) return { text: 'limited', tone: 'warn' };
  return { text: 'ready', tone: 'brand' };
}

function BudgetBar({ name, spent, budget }: { name: string; spent: number; budget: number }) {
  const share = budget === 0 ? 1 : spent / budget;
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw the element each in its own way
    <div
      role="meter"
      aria-label={`Budget of ${name}`}
      aria-valuemin={0}
      aria-valuemax={budget}
      aria-valuenow={Math.min(spent, budget)}
      aria-valuetext={`${usd(spent)} of ${usd(budget)}, ${wholePercent(share)}`}
      className="h-1.5 overflow-hidden rounded-full bg-surface-2"
    >
      <div
        className={cn(
          'h-full rounded-full',
          share >= 1 ? 'bg-danger' : share >= 0.8 ? 'bg-warn' : 'bg-brand',
        )}
        style={{ width: `${Math.min(1, share) * 100}%` }}
      />
    </div>
  );
}
