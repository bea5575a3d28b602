import { ChevronDown, Clock } from 'lucide-react';
import { useMutation } from 'urql';
import { problemOf } from '../api/errors.ts';
import { minuteOf } from '../format/dates.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuChoice, MenuChoices, MenuContent, MenuLabel, MenuTrigger } from '../ui/menu.tsx';
import { toast } from '../ui/toasts.tsx';
import { Track, Untrack } from './queries.ts';

const schedules: Record<string, string> = {
  PT15M: 'Every 15 min',
  PT1H: 'Hourly',
  PT6H: 'Every 6 h',
  P1D: 'Daily',
  P7D: 'Weekly',
};

/** The refresh schedule of a stream. */
export function TrackMenu(props: {
  stream: string;
  tracking: { readonly every: string; readonly nextAt: string } | null;
  zone: string;
}) {
  const { stream, tracking, zone } = props;
  const [{ fetching: tracks }, track] = useMutation(Track);
  const [{ fetching: untracks }, untrack] = useMutation(Untrack);
  const every = tracking?.every ?? 'off';
  const name = tracking === null ? 'Not tracked' : (schedules[every] ?? `Every ${every}`);

  async function choose(next: string): Promise<void> {
    const { error } = await (next === 'off' ? untrack({ stream }) : track({ stream, every: next }));
    const problem = problemOf(error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
  }

  return (
    <Menu>
      <MenuTrigger asChild>
        <Button disabled={tracks || untracks} aria-label={`Refresh schedule: ${name}`}>
          <Clock size={14} className="text-fg-2" /> <span className="max-[359px]:hidden">{name}</span>{' '}
          <ChevronDown size={13} className="text-fg-3" />
        </Button>
      </MenuTrigger>
      <MenuContent>
        <MenuLabel>
          {tracking === null ? 'Refresh automatically' : `Next refresh ${minuteOf(tracking.nextAt, zone)}`}
        </MenuLabel>
        <MenuChoices value={every} onValueChange={(next) => void choose(next)}>
          {Object.entries(schedules).map(([value, label]) => (
            <MenuChoice key={value} value={value}>
              {label}
            </MenuChoice>
          ))}
          <MenuChoice value="off">Not tracked</MenuChoice>
        </MenuChoices>
      </MenuContent>
    </Menu>
  );
}
