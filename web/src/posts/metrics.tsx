import { Eye, Heart, MessageCircle, Repeat2 } from 'lucide-react';
import { compact, exact } from '../format/numbers.ts';
import { cn } from '../ui/cn.ts';

type Known = number | null | undefined;
/** The figures of a post that a row shows. */
export type RowMetrics = {
  readonly likes?: Known;
  readonly reposts?: Known;
  readonly replies?: Known;
  readonly impressions?: Known;
  readonly impressionsEstimated: boolean;
};

/** The figures of a post in one line; estimates are marked, unknown figures have no number. */
export function MetricLine({ metrics, className }: { metrics: RowMetrics; className?: string }) {
  const { likes, reposts, replies, impressions, impressionsEstimated } = metrics;
  return (
    <p
      className={cn(
        'nums grid grid-cols-[repeat(4,minmax(3.5rem,auto))] justify-start gap-x-2 text-fg-2 text-xs',
        className,
      )}
    >
      <Figure icon={Heart} name="likes" value={likes} />
      <Figure icon={Repeat2} name="reposts" value={reposts} />
      <Figure icon={MessageCircle} name="replies" value={replies} />
      <Figure
        icon={Eye}
        name="impressions"
        value={impressions}
        rule={impressionsEstimated ? ratioText(metrics) : null}
      />
    </p>
  );
}

function Figure(props: { icon: typeof Heart; name: string; value: Known; rule?: string | null }) {
  const { icon: Icon, name, value, rule = null } = props;
  const title =
    value == null
      ? `${name} unknown: the source does not report them`
      : rule === null
        ? `${exact(value)} ${name}`
        : `about ${exact(value)} ${name}, ${rule}`;
  return (
    <span className="inline-flex items-center gap-1" title={title}>
      <Icon size={12} aria-hidden className="shrink-0 text-fg-3" />
      <span className="sr-only">{name} </span>
      <Amount value={value} isEstimated={rule !== null} />
    </span>
  );
}

/** A figure of a post: `~255K` with a dashed underline when estimated, `–` when unknown. */
export function Amount({ value, isEstimated = false }: { value: Known; isEstimated?: boolean }) {
  if (value == null) return <span className="text-fg-3">{compact(value)}</span>;
  if (!isEstimated) return <span>{compact(value)}</span>;
  return <span className="border-fg-3 border-b border-dashed leading-none">~{compact(value)}</span>;
}

/** How impressions were estimated, in words. The stream's ratio is derived from the estimate itself. */
export function ratioText({ likes, reposts, impressions }: RowMetrics): string {
  const reactions = (likes ?? 0) + (reposts ?? 0);
  const ratio = reactions > 0 && impressions != null ? Math.round(impressions / reactions) : null;
  return ratio === null
    ? 'estimated from likes and reposts'
    : `estimated: ${exact(ratio)} × (likes + reposts)`;
}
