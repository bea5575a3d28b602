import { useNow } from '../format/age.tsx';
import { clockOf, dayOf, minuteOf } from '../format/dates.ts';
import { duration } from '../format/durations.ts';
import { browserZone } from '../search-params/zone.ts';

/** A future time with the time left: `12:59 (11 min 4 s)`; only the time when it is past. */
export function Until({ at, zone = browserZone }: { at: string; zone?: string }) {
  const now = useNow(1_000);
  const seconds = Math.ceil((Date.parse(at) - now) / 1_000);
  const isToday = dayOf(at, zone) === dayOf(now, zone);
  return (
    <time dateTime={at} className="nums">
      {isToday ? clockOf(at, zone) : minuteOf(at, zone)}
      {seconds > 0 && ` (${duration(seconds)})`}
    </time>
  );
}
