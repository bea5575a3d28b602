import type { ReactNode } from 'react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { Age } from '../format/age.tsx';
import { wholePercent } from '../format/numbers.ts';
import { useConnection } from '../api/state.ts';
import { LiveDot } from '../ui/chip.tsx';

/** How much of a stream was collected, and when. */
export const FreshnessFragment = graphql(`
  fragment FreshnessLine on Freshness {
    fetchedAt
    stale
    coverage
  }
`);

/** The head of a stream's page. Its height is constant, so that nothing jumps when its content loads. */
export function StreamHead(props: {
  picture: ReactNode;
  title: ReactNode;
  description: ReactNode;
  facts: ReactNode;
  freshness: FragmentType<typeof FreshnessFragment> | null;
  zone: string;
  /** The label of a page that updates itself. Default: live, which has another meaning for a channel. */
  liveName?: string;
  /** Buttons. */
  children: ReactNode;
}) {
  const freshness = readFragment(FreshnessFragment, props.freshness);
  return (
    <header className="flex gap-x-4 gap-y-3 pb-4 max-md:flex-wrap sm:gap-x-6">
      {props.picture}
      <div className="min-w-0 flex-1 max-sm:min-h-[176px]">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2">{props.title}</div>
        <div
          className="mt-0.5 line-clamp-3 min-h-5 break-words text-fg-2 sm:line-clamp-1"
          title={typeof props.description === 'string' ? props.description : undefined}
        >
          {props.description}
        </div>
        <div className="nums mt-1 flex min-h-4 flex-wrap items-center gap-x-4 gap-y-1 sm:h-4 sm:overflow-hidden text-fg-2 text-xs">
          {props.facts}
          {freshness !== null && freshness !== undefined && (
            <Freshness freshness={freshness} zone={props.zone} liveName={props.liveName ?? 'live'} />
          )}
        </div>
      </div>
      <div className="flex items-start gap-2 max-md:w-full max-md:basis-full print:hidden [&>:first-child]:max-sm:flex-1">
        {props.children}
      </div>
    </header>
  );
}

function Freshness(props: {
  freshness: {
    readonly fetchedAt?: string | null;
    readonly stale: boolean;
    readonly coverage?: number | null;
  };
  zone: string;
  liveName: string;
}) {
  const { fetchedAt, stale, coverage } = props.freshness;
  const { connected } = useConnection();
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      {connected ? (
        <>
          <LiveDot /> {props.liveName}
        </>
      ) : (
        'offline'
      )}
      {fetchedAt != null && (
        <span className={stale ? 'text-warn' : undefined}>
          · fetched <Age at={fetchedAt} zone={props.zone} />
        </span>
      )}
      {coverage != null && <span>· {wholePercent(coverage)} collected</span>}
    </span>
  );
}
