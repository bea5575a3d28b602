import { Link2, X } from 'lucide-react';
import { dayOf } from '../format/dates.ts';
import { exact } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { toast } from '../ui/toasts.tsx';
import { canJump } from './filter.ts';
import { sortLabels } from './filters/words.ts';
import { Jump } from './jump.tsx';
import { type PostsView, sorts } from './search.ts';

type ListHeadProps = {
  view: PostsView;
  /** The first day of the list. */
  at: string | undefined;
  /** Null: not counted yet. */
  count: number | null;
  isUncountable: boolean;
  onSort: (sort: PostsView['sort']) => void;
  onJump: (day: string | undefined) => void;
};

/** The number of posts, their order, and the list's first day. It stays visible while the list scrolls. */
export function ListHead({ view, at, count, isUncountable, onSort, onJump }: ListHeadProps) {
  const jumps = canJump(view);
  const orders = sorts.filter((sort) => sort !== 'RELEVANCE' || view.q !== '');
  const copy = () =>
    void navigator.clipboard.writeText(location.href).then(
      () => toast('Link to these posts copied'),
      () => toast.error('The browser did not allow copying the link'),
    );
  return (
    <div className="sticky top-13 z-20 -mx-1 flex min-h-11 items-center gap-2 bg-bg px-1 py-1 lg:top-0">
      <p role="status" className="nums min-w-0 flex-1 truncate text-fg-2 text-sm">
        {count === null ? (
          <span className="text-fg-3">{isUncountable ? 'How many is not known' : 'Counting…'}</span>
        ) : (
          <>
            <span className="font-medium text-fg">{exact(count)}</span> {count === 1 ? 'post' : 'posts'}
          </>
        )}
      </p>
      {at !== undefined && jumps && (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => onJump(undefined)}
          aria-label="Back to the start of the list"
        >
          from {dayOf(`${at}T00:00:00Z`, 'UTC')} <X size={12} />
        </Button>
      )}
      {jumps && <Jump day={at} onJump={onJump} />}
      <Button size="sm" variant="ghost" className="max-sm:hidden" onClick={copy}>
        <Link2 size={14} /> Copy link
      </Button>
      <Select
        label="Sort"
        value={view.sort}
        items={orders.map((value) => ({ value, label: sortLabels[value] }))}
        onChange={onSort}
      />
    </div>
  );
}
