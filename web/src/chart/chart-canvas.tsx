import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTheme } from '../theme/theme.ts';
import { afterPaint } from './after-paint.ts';
import { type Colours, readColours } from './colours.ts';
import { discard } from './discard.ts';
import { useDrag } from './drag.tsx';
import { markPending } from './pending.ts';
import { init } from './echarts.ts';
import { type Points, spoken, tooltipOf } from './point.ts';
import { useNear } from './use-near.ts';
import { walk } from './walk.ts';

/** The actions of a card's chart. */
export type ChartHandle = {
  /** The picture as a PNG address, at twice the pixels. */
  png(): string;
};

/** The input of a chart. */
export type ChartProps = {
  /** Its name, for screen readers: "Posts per week". */
  label: string;
  height: number;
  /**
   * Makes the option: a pure function of `options/`, called again for another theme or width. Keep it stable with
   * useMemo.
   */
  option: (colours: Colours, width: number) => EChartsCoreOption;
  /** The text of each mark, in the order of the data. */
  points: Points;
  /** Marks in a row of a grid, between which ↑ and ↓ move. */
  columns?: number;
  /** The series whose marks the keys move between; default: the first. */
  walkSeries?: number;
  /** Opens what a mark represents, on click or Enter. */
  onOpen?: (index: number) => void;
  /** Receives the first and the last bucket of a drag. */
  onZoom?: (first: number, last: number) => void;
  /** Loads a rare kind of chart before it is drawn; a constant function. */
  load?: () => Promise<unknown>;
  handle?: Ref<ChartHandle>;
};

type Hovered = { readonly dataIndex: number; readonly dataType?: string };

const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** See `Chart`, which loads this. */
export default function ChartCanvas(props: ChartProps) {
  const { label, height, option, points, columns, walkSeries = 0, onOpen, onZoom, load, handle } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const isDrawn = useRef(false);
  const [width, setWidth] = useState(0);
  const [isLoaded, setLoaded] = useState(load === undefined);
  const isNear = useNear(box);
  const ready = isLoaded && isNear === true;
  const drawn = useRef(() => {});
  const [at, setAt] = useState<number | null>(null);
  const { shown } = useTheme();
  const open = useEffectEvent((index: number) => onOpen?.(index));
  const pointAt = useEffectEvent((index: number) => points.at(index));

  useLayoutEffect(() => {
    drawn.current = markPending();
    return () => drawn.current();
  }, []);
  useEffect(() => {
    if (isNear === false) drawn.current();
  }, [isNear]);

  useEffect(() => {
    // ECharts only uses the kinds that are registered when a chart is made.
    if (box.current === null || !ready) return;
    const made = init(box.current, null, { renderer: 'canvas' });
    chart.current = made;
    isDrawn.current = false;
    setWidth(made.getWidth());
    // Nothing is drawn in a hidden box.
    if (made.getWidth() === 0) drawn.current();
    made.on('click', ({ dataIndex, dataType, seriesType }) => {
      // Edges of a graph are not marks.
      if (typeof dataIndex === 'number' && seriesType !== undefined && dataType !== 'edge') open(dataIndex);
    });
    const observer = new ResizeObserver(([entry]) => {
      const now = Math.round(entry?.contentRect.width ?? 0);
      if (now === 0 || now === made.getWidth()) return;
      made.resize();
      setWidth(now);
    });
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      discard(made);
      chart.current = null;
    };
  }, [ready]);

  useEffect(() => {
    if (load !== undefined && isNear === true) void load().then(() => setLoaded(true), drawn.current);
  }, [load, isNear]);

  const draw = useEffectEvent((isFirst: boolean) => {
    const made = option(readColours(), width);
    const tooltip = made.tooltip as object | undefined;
    chart.current?.setOption(
      {
        // Marks that appear with the card do not animate; changes do.
        animation: !isFirst && !still(),
        animationDuration: 260,
        animationDurationUpdate: 260,
        animationEasing: 'cubicOut',
        ...made,
        tooltip: {
          confine: true,
          transitionDuration: 0,
          padding: 0,
          borderWidth: 0,
          backgroundColor: 'transparent',
          extraCssText: 'box-shadow: none',
          ...tooltip,
          formatter: (params: unknown) => {
            const first = (Array.isArray(params) ? params[0] : params) as Hovered | undefined;
            const point = first && first.dataType !== 'edge' ? pointAt(first.dataIndex) : undefined;
            return point === undefined ? '' : tooltipOf(point);
          },
        },
      },
      { notMerge: true },
    );
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when one of these changes
  useEffect(() => {
    if (width === 0 || !ready) return;
    if (!isDrawn.current) {
      isDrawn.current = true;
      draw(true);
      drawn.current();
      return;
    }
    // Drawing takes longer than a frame, so the pressed button shows first.
    return afterPaint(() => draw(false));
  }, [option, width, ready, shown]);

  // Printing draws immediately: no frame comes before it.
  useEffect(() => {
    const onPrint = () => {
      if (!isDrawn.current) return;
      draw(true);
      chart.current?.getZr().flush();
    };
    window.addEventListener('beforeprint', onPrint);
    return () => window.removeEventListener('beforeprint', onPrint);
  }, []);

  useImperativeHandle(handle, () => ({
    png: () =>
      chart.current?.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: readColours().surface }) ?? '',
  }));

  const drag = useDrag(chart, points.length, onZoom);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' && at !== null) onOpen?.(at);
    if (event.key === 'Escape') leave();
    const next = walk(event.key, at, points.length, columns);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    setAt(next);
    chart.current?.dispatchAction({ type: 'downplay' });
    chart.current?.dispatchAction({ type: 'highlight', seriesIndex: walkSeries, dataIndex: next });
    chart.current?.dispatchAction({ type: 'showTip', seriesIndex: walkSeries, dataIndex: next });
  }

  function leave(): void {
    setAt(null);
    chart.current?.dispatchAction({ type: 'downplay' });
    chart.current?.dispatchAction({ type: 'hideTip' });
  }

  const point = at === null ? undefined : points.at(at);
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/useSemanticElements: no element is a chart */}
      <div
        role="group"
        aria-roledescription="chart"
        aria-label={`${label}. ${points.length} points: the arrow keys walk them.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys walk the points
        tabIndex={0}
        ref={box}
        className={`chart-box w-full overflow-hidden rounded-sm ${onOpen ? 'cursor-pointer' : ''}`}
        style={{ height }}
        onKeyDown={onKeyDown}
        onBlur={leave}
        {...drag.handlers}
      />
      {drag.overlay}
      <p className="sr-only" aria-live="polite">
        {point === undefined ? '' : spoken(point)}
      </p>
    </div>
  );
}
