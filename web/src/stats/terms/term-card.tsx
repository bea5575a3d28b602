import type { ReactNode } from 'react';
import type { TermFragment } from '../../../gql/graphql.ts';
import { Card } from '../../card/card.tsx';
import type { CardState } from '../../card/state.ts';
import { BarList } from '../../chart/bar-list.tsx';
import { change } from '../../format/change.ts';
import { exact } from '../../format/numbers.ts';
import { RowsSkeleton } from '../../ui/skeleton.tsx';
import { cardQuery } from '../card-query.ts';
import { postNoun, useStream } from '../stream.tsx';
import { TermListsFragment } from './fragment.ts';

/** A list of terms: bar, count, share, and change. */
export function TermCard(props: {
  title: string;
  scope?: string;
  anchor?: string;
  className: string;
  terms: readonly TermFragment[];
  rows?: number;
  /** The text when there are none. Default: no … in this range. */
  none?: string;
  state: CardState;
  /** The card's own query. Default: that of all lists of terms. */
  queryHref?: string;
  /** `#` or `@`. */
  sigil?: string;
  nameOf?: (term: string) => string;
  hrefOf?: ((term: string) => string | undefined) | undefined;
  /** The path of a picture of a term; null without one. */
  imageOf?: (term: string) => string | null;
  controls?: ReactNode;
  /** Returns the address of a PNG: the chart that the card shows instead of its list. */
  png?: () => string | undefined;
  children?: ReactNode;
}) {
  const { title, terms, rows = 10, state, sigil = '', hrefOf, nameOf = (term) => `${sigil}${term}` } = props;
  const stream = useStream();
  const noun = postNoun(stream);
  const shown = terms.slice(0, rows);
  return (
    <Card
      title={title}
      height={rows * 32}
      className={props.className}
      {...(props.scope !== undefined && { scope: props.scope })}
      {...(props.png !== undefined && { png: props.png })}
      {...(props.anchor !== undefined && { anchor: props.anchor })}
      state={
        state.kind === 'ready' && terms.length === 0
          ? { kind: 'empty', title: props.none ?? `No ${title.toLowerCase()} in this range` }
          : state
      }
      skeleton={<RowsSkeleton rows={rows} />}
      controls={props.controls}
      table={{
        columns: [
          title,
          ...(noun === 'posts'
            ? ['Posts', 'Share', 'Before', 'Engagement']
            : ['Messages', 'Share', 'Before']),
        ],
        rows: terms.map((term) => [
          nameOf(term.term),
          term.count,
          term.share,
          term.previous ?? null,
          ...(noun === 'posts' ? [term.engagement ?? null] : []),
        ]),
      }}
      queryHref={props.queryHref ?? cardQuery(TermListsFragment, stream)}
    >
      {props.children ?? (
        <BarList
          label={title}
          rows={shown.map((term) => ({
            name: nameOf(term.term),
            image: props.imageOf?.(term.term),
            count: term.count,
            share: term.share,
            change: term.previous == null ? null : change(term.count, term.previous),
            href: hrefOf?.(term.term),
            title: `${nameOf(term.term)}: ${exact(term.count)} ${noun}${term.previous == null ? '' : `, ${exact(term.previous)} in the period before`}`,
          }))}
        />
      )}
    </Card>
  );
}
