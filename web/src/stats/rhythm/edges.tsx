import { weekdays } from '../../format/dates.ts';

type Edge = {
  values: readonly (number | null)[];
  label: string;
  format: (value: number | null) => string;
  hrefOf: (index: number) => string;
  isMood?: boolean;
};

const most = (values: readonly (number | null)[]) =>
  Math.max(Number.MIN_VALUE, ...values.map((value) => Math.abs(value ?? 0)));
/** Sums are blue, sentiment has its own colours; unknown values have no bar. */
const tone = (value: number | null, isMood: boolean) =>
  value === null ? 'hidden' : isMood ? (value < 0 ? 'bg-d-2' : 'bg-d2') : 'bg-s3';

/** The sum of each weekday, beside its row. */
export function WeekdayBars({ values, label, format, hrefOf, isMood = false }: Edge) {
  const max = most(values);
  const names = weekdays('long');
  return (
    <ul aria-label={`${label} by weekday`} className="flex flex-col pt-1 pb-6">
      {values.map((value, index) => (
        <li key={names[index]} className="min-h-0 flex-1">
          <a
            href={hrefOf(index)}
            title={`${names[index]}: ${format(value)}`}
            aria-label={`${names[index]}: ${format(value)}`}
            className="flex h-full items-center rounded-[3px] hover:bg-hover"
          >
            <span
              className={`h-1.5 min-w-px rounded-full ${tone(value, isMood)}`}
              style={{ width: `${(Math.abs(value ?? 0) / max) * 100}%` }}
            />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** The sum of each hour, below its column. */
export function HourBars({ values, label, format, hrefOf, isMood = false }: Edge) {
  const max = most(values);
  const name = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
  return (
    <ul aria-label={`${label} by hour of the day`} className="flex h-9 pl-[30px]">
      {values.map((value, hour) => (
        <li key={name(hour)} className="min-w-0 flex-1">
          <a
            href={hrefOf(hour)}
            title={`${name(hour)}: ${format(value)}`}
            aria-label={`${name(hour)}: ${format(value)}`}
            className="flex h-full items-end justify-center rounded-[3px] hover:bg-hover"
          >
            <span
              className={`min-h-px w-3/5 max-w-2.5 rounded-t-[2px] ${tone(value, isMood)}`}
              style={{ height: `${(Math.abs(value ?? 0) / max) * 100}%` }}
            />
          </a>
        </li>
      ))}
    </ul>
  );
}
