import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { Age } from '../format/age.tsx';
import { minuteOf } from '../format/dates.ts';
import { browserZone } from '../search-params/zone.ts';
import { FiguresCard } from './figures.tsx';

export const ServerCardFragment = graphql(`
  fragment ServerCard on System {
    version
    startedAt
    backends {
      database
      cache
      queue
      pubsub
    }
  }
`);

/** The running version, its start time, and its environment. */
export function ServerCard(props: {
  system: FragmentType<typeof ServerCardFragment>;
  queryHref: string;
  className: string;
}) {
  const { version, startedAt, backends } = readFragment(ServerCardFragment, props.system);
  const text = (name: string, value: string) => ({ name, shown: value, cell: value, title: value });
  return (
    <FiguresCard
      title="Server"
      queryHref={props.queryHref}
      className={props.className}
      figures={[
        text('Version', version),
        {
          name: 'Started',
          shown: <Age at={startedAt} zone={browserZone} />,
          cell: minuteOf(startedAt, browserZone),
        },
        text('Database', backends.database),
        text('Queue', backends.queue),
        text('Events', backends.pubsub),
        text('Cache', backends.cache),
      ]}
    />
  );
}
