import { Link } from '@tanstack/react-router';
import { Bell, Trash2 } from 'lucide-react';
import { useMutation } from 'urql';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { problemOf } from '../api/errors.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import type { CardState } from '../card/state.ts';
import { Age } from '../format/age.tsx';
import { exact } from '../format/numbers.ts';
import { IconButton } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { toast } from '../ui/toasts.tsx';
import { windowOf } from './search.ts';
import { ownerOnly } from '../share/owner-only.ts';

const Fragment = graphql(`
  fragment AlertsCard on Query {
    alerts(first: 20) {
      totalCount
      nodes {
        id
        name
        state
        error
        condition {
          __typename
          ... on BurstThreshold {
            hashtag
            window
          }
        }
        events(first: 2) {
          totalCount
          nodes {
            id
            at
            summary
            isTest
          }
        }
      }
    }
  }
`);
const UnwatchAlert = graphql(`
  mutation UnwatchAlert($id: ID!) {
    deleteAlert(id: $id)
  }
`);

/** The hashtags that alerts watch, from the card's response. */
export function watchedTags(data: FragmentType<typeof Fragment> | null): ReadonlySet<string> {
  // A shared page gets no alerts.
  const nodes = readFragment(Fragment, data)?.alerts?.nodes ?? [];
  return new Set(
    nodes.flatMap(({ condition }) => (condition.__typename === 'BurstThreshold' ? [condition.hashtag] : [])),
  );
}

/** The alerts, and when each last fired. */
export const AlertsCard = ownerOnly(function AlertsCard(props: {
  data: FragmentType<typeof Fragment> | null;
  state: CardState;
  zone: string;
  /** Only the alerts that watch this hashtag. */
  tag?: string;
}) {
  const { tag } = props;
  const all = readFragment(Fragment, props.data)?.alerts;
  const alerts = all?.nodes.filter(
    ({ condition }) =>
      tag === undefined || (condition.__typename === 'BurstThreshold' && condition.hashtag === tag),
  );
  const state: CardState =
    alerts?.length === 0
      ? {
          kind: 'empty',
          title: tag === undefined ? 'Nothing is watched' : 'This hashtag is not watched',
          hint: 'Press Watch on a hashtag. Whenever it rises above what is expected, that appears here.',
        }
      : props.state;
  return (
    <Card
      className="md:col-span-12 lg:col-span-4"
      title="Alerts"
      scope={tag === undefined && all && all.totalCount > 0 ? exact(all.totalCount) : undefined}
      height={320}
      state={state}
      skeleton={<RowsSkeleton rows={10} />}
      queryHref={queryLink(
        '{ alerts(first: 20) { nodes { name kind state events(first: 2) { nodes { at summary } } } } }',
      )}
    >
      <ul className="max-h-80 overflow-y-auto">
        {(alerts ?? []).map((alert) => (
          <li key={alert.id} className="border-b py-2 last:border-0">
            <div className="flex items-center gap-2 text-sm">
              <Bell size={13} className="shrink-0 text-fg-3" />
              {alert.condition.__typename === 'BurstThreshold' ? (
                <Link
                  to="/tag/$tag"
                  params={{ tag: alert.condition.hashtag }}
                  className="min-w-0 truncate font-medium hover:underline"
                >
                  {alert.name}
                </Link>
              ) : (
                <span className="min-w-0 truncate font-medium">{alert.name}</span>
              )}
              {alert.condition.__typename === 'BurstThreshold' && (
                <span className="text-fg-3 text-xs">
                  {windowOf(alert.condition.window)?.label ?? alert.condition.window}
                </span>
              )}
              {alert.state === 'PAUSED' && <Chip>paused</Chip>}
              {alert.error !== null && (
                <Chip tone="danger" title={alert.error}>
                  cannot look
                </Chip>
              )}
              <span className="nums ml-auto text-fg-2 text-xs">
                {alert.events.totalCount === 0 ? 'never fired' : `fired ${exact(alert.events.totalCount)}×`}
              </span>
              <Unwatch id={alert.id} name={alert.name} />
            </div>
            {alert.events.nodes.map((event) => (
              <p key={event.id} className="mt-0.5 flex gap-2 pl-5 text-fg-2 text-xs">
                <span className="min-w-0 flex-1 truncate" title={event.summary}>
                  {event.isTest ? 'Test: ' : ''}
                  {event.summary}
                </span>
                <Age at={event.at} zone={props.zone} />
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Card>
  );
});

function Unwatch({ id, name }: { id: string; name: string }) {
  const [{ fetching }, remove] = useMutation(UnwatchAlert);
  return (
    <IconButton
      label={`Delete the alert ${name}`}
      disabled={fetching}
      onClick={async () => {
        const { error } = await remove({ id }, { additionalTypenames: ['Alert'] });
        const problem = problemOf(error);
        if (problem !== null) toast.error(problem.title, { description: problem.hint });
      }}
    >
      <Trash2 size={13} />
    </IconButton>
  );
}
