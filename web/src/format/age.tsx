import { useEffect, useState } from 'react';
import { minuteOf } from './dates.ts';
import { age } from './durations.ts';

/** How long ago something was. It is kept up to date, and shows the exact time on hover. */
export function Age({ at, zone }: { at: string; zone: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={minuteOf(at, zone)} className="nums">
      {age(at, now)}
    </time>
  );
}

/** The time, read again every so many milliseconds while the page is in view. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
