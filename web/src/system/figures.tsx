import type { ReactNode } from 'react';
import { Card } from '../card/card.tsx';
import type { Cell } from '../card/csv.ts';
import { cn } from '../ui/cn.ts';

/** One figure of a card: its name, its display text, and its value in the table. */
export type Figure = {
  readonly name: string;
  readonly shown: ReactNode;
  readonly cell: Cell;
  readonly title?: string;
};

/** A card of figures, two per row: name above, figure below. */
export function FiguresCard(props: {
  title: string;
  scope?: string;
  figures: readonly Figure[];
  queryHref: string;
  /** Above the figures. */
  lead?: ReactNode;
  footer?: ReactNode;
  className: string;
  /** Figures per row on a desktop. Default 2. */
  columns?: 2 | 4;
}) {
  const { title, scope, figures, queryHref, lead, footer, className, columns = 2 } = props;
  return (
    <Card
      title={title}
      scope={scope}
      height={112}
      queryHref={queryHref}
      table={{ columns: ['Figure', 'Value'], rows: figures.map(({ name, cell }) => [name, cell]) }}
      footer={footer}
      className={className}
    >
      {lead}
      <dl className={cn('grid grid-cols-2 gap-x-4 gap-y-3', columns === 4 && 'lg:grid-cols-4')}>
        {figures.map(({ name, shown, title: hint }) => (
          <div key={name} className="min-w-0" title={hint}>
            <dt className="truncate text-fg-3 text-xs">{name}</dt>
            <dd className="nums break-words font-medium text-sm">{shown}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
