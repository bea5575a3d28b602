import { Link } from '@tanstack/react-router';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { compact, exact } from '../format/numbers.ts';
import { FiguresCard } from './figures.tsx';

export const QueueCardFragment = graphql(`
  fragment QueueCard on System {
    queue {
      waiting
      active
      delayed
      failed
      completed
      workers
    }
  }
`);

/** The work of the workers. */
export function QueueCard(props: {
  system: FragmentType<typeof QueueCardFragment>;
  queryHref: string;
  className: string;
}) {
  const { queue } = readFragment(QueueCardFragment, props.system);
  const count = (name: string, value: number) => ({
    name,
    shown: compact(value),
    cell: value,
    title: exact(value),
  });
  return (
    <FiguresCard
      title="Queue"
      scope="the last 1,000 finished jobs"
      queryHref={props.queryHref}
      className={props.className}
      figures={[
        count('Active', queue.active),
        count('Waiting', queue.waiting),
        count('Waiting to retry', queue.delayed),
        count('Failed', queue.failed),
        count('Done', queue.completed),
        count('Workers', queue.workers),
      ]}
      footer={
        <Link to="/jobs" className="underline underline-offset-2 hover:text-fg">
          See the jobs
        </Link>
      }
    />
  );
}
