import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { Card } from '../card/card.tsx';
import { clockOf, dayOf, minuteOf, zoneName } from '../format/dates.ts';
import { browserZone } from '../search-params/zone.ts';
import { providerName } from './words.ts';

export const JobEventsFragment = graphql(`
  fragment JobEvents on Job {
    createdAt
    startedAt
    finishedAt
    state
    events {
      at
      message
      provider
    }
  }
`);

const ended = {
  SUCCEEDED: 'Done',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
  QUEUED: '',
  RUNNING: '',
} as const;

/** The history of a job, oldest first: request, start, provider changes with reasons, waits, end. */
export function JobEvents(props: { job: FragmentType<typeof JobEventsFragment>; className?: string }) {
  const job = readFragment(JobEventsFragment, props.job);
  const entries = [
    { at: job.createdAt, message: 'Asked for', provider: null },
    ...(job.startedAt == null ? [] : [{ at: job.startedAt, message: 'Begun', provider: null }]),
    ...job.events,
    ...(job.finishedAt == null ? [] : [{ at: job.finishedAt, message: ended[job.state], provider: null }]),
  ]
    .filter(({ message }) => message !== '')
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return (
    <Card
      title="What happened"
      scope={zoneName(browserZone)}
      height={160}
      table={{
        columns: ['When', 'What', 'Provider'],
        rows: entries.map(({ at, message, provider }) => [
          minuteOf(at, browserZone),
          message,
          provider == null ? null : providerName(provider),
        ]),
      }}
      className={props.className ?? ''}
    >
      <ol className="pb-2">
        {entries.map(({ at, message, provider }, index) => {
          const isNewDay =
            index === 0 || dayOf(at, browserZone) !== dayOf(entries[index - 1]?.at ?? at, browserZone);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two events may be of one instant and say the same
            <li key={index} className="group relative flex gap-3 pb-3 text-sm last:pb-0">
              <span
                aria-hidden
                className="relative mt-[6px] size-[7px] shrink-0 rounded-full bg-line-strong before:absolute before:top-[10px] before:left-[3px] before:h-[calc(100%+18px)] before:w-px before:bg-line group-last:before:hidden"
              />
              <div className="min-w-0 flex-1">
                <p className="[overflow-wrap:anywhere]">
                  {message}
                  {provider != null && !message.includes(providerName(provider)) && (
                    <span className="text-fg-2"> · {providerName(provider)}</span>
                  )}
                </p>
              </div>
              <time
                dateTime={at}
                title={minuteOf(at, browserZone)}
                className="nums shrink-0 text-fg-3 text-xs leading-[18px]"
              >
                {isNewDay ? minuteOf(at, browserZone) : clockOf(at, browserZone)}
              </time>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
