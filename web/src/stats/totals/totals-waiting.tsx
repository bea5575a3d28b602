import type { CardState } from '../../card/state.ts';
import { StateBody } from '../../card/states.tsx';
import { cn } from '../../ui/cn.ts';
import { KindsSkeleton } from './kinds-strip.tsx';
import { BarsSkeleton, Skeleton } from '../../ui/skeleton.tsx';

/**
 * The card of totals while it loads, or its error. `tabs`: the number of totals; `kinds`: whether the strip of kinds is
 * below.
 */
export function TotalsWaiting(props: {
  state: CardState;
  className: string;
  tabs?: number;
  kinds?: boolean;
}) {
  const { state, className, tabs = 6, kinds = false } = props;
  return (
    <section id="activity" aria-label="Totals" className={cn('card min-w-0', className)}>
      <TabsSkeleton tabs={tabs} />
      <MetricWaiting state={state} />
      {kinds && <KindsSkeleton />}
    </section>
  );
}

/** The space of a total's chart while it loads, or its error. */
export const MetricWaiting = ({ state }: { state: CardState }) => (
  <div className="p-4 sm:p-5">
    <div className="mb-3 h-7 max-sm:h-13" />
    <StateBody
      state={state.kind === 'ready' ? { kind: 'loading' } : state}
      height={264}
      skeleton={<BarsSkeleton height={264} />}
    />
  </div>
);

function TabsSkeleton({ tabs }: { tabs: number }) {
  return (
    <div
      aria-hidden
      className="grid grid-cols-2 gap-px overflow-hidden rounded-t-card border-b bg-line sm:grid-cols-3 lg:auto-cols-fr lg:grid-flow-col lg:grid-cols-none"
    >
      {Array.from({ length: tabs }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
        <div key={index} className="bg-surface px-4 py-3 max-sm:last:odd:col-span-2 sm:px-5">
          <Skeleton className="my-0.5 h-3 w-16" />
          <Skeleton className="my-1 h-6 w-24" />
          <Skeleton className="my-0.5 h-3 w-12" />
        </div>
      ))}
    </div>
  );
}
