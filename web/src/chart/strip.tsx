import { share as shareText } from '../format/numbers.ts';
import { cn } from '../ui/cn.ts';

/** One part of a strip. */
export type Part = {
  readonly name: string;
  readonly value: number;
  readonly colour: string;
  readonly href?: string;
  /** The exact figure, as a tooltip. */
  readonly title?: string;
};

/**
 * One stacked strip with its labels below: kinds of posts, the split of sentiment. Colours are tokens: `var(--d2)`.
 * `className`: of the labels.
 */
export function Strip(props: { parts: readonly Part[]; label: string; className?: string }) {
  const { parts, label, className } = props;
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  if (whole === 0) return null;
  return (
    <figure aria-label={label}>
      <div aria-hidden className="flex h-2.5 gap-px overflow-hidden rounded-full">
        {parts.map(({ name, value, colour }) => (
          <div key={name} style={{ width: `${(value / whole) * 100}%`, background: colour }} />
        ))}
      </div>
      <ul className={cn('mt-2 flex flex-wrap justify-between gap-x-4 gap-y-1 text-xs', className)}>
        {parts.map(({ name, value, colour, href, title }) => (
          <li key={name} title={title} className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2 rounded-sm" style={{ background: colour }} />
            <span className="nums font-medium">{shareText(value / whole)}</span>
            {href === undefined ? (
              <span className="text-fg-2">{name}</span>
            ) : (
              <a className="text-fg-2 hover:underline" href={href}>
                {name}
              </a>
            )}
          </li>
        ))}
      </ul>
    </figure>
  );
}
