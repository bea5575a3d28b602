import { useNavigate } from '@tanstack/react-router';
import { type Ref, useMemo, useRef } from 'react';
import { Card } from '../card/card.tsx';
import { download, fileName } from '../card/csv.ts';
import type { CardState } from '../card/state.ts';
import { Chart, type ChartHandle } from '../chart/chart.tsx';
import type { Colours } from '../chart/colours.ts';
import { hoursOption } from '../chart/options/heat.ts';
import { weekdays, zoneName } from '../format/dates.ts';
import { exact } from '../format/numbers.ts';
import { postsLink, streamPosts } from '../posts/link.ts';
import { weekdayNames } from '../posts/search.ts';
import type { Range } from '../search-params/range.ts';
import { MenuItem } from '../ui/menu.tsx';
import { type Compared, slotColour } from './compared.ts';

const height = 190;

/** When each stream posts: a small heatmap for each, with its own scale. */
export function HoursCard(props: {
  streams: readonly Compared[];
  /** The number of requested streams, which sets the card's size before they load. */
  count: number;
  state: CardState;
  range: Range;
  zone: string;
  queryHref: string;
}) {
  const { streams, count, state, range, zone, queryHref } = props;
  const days = weekdays();
  const charts = useRef(new Map<number, ChartHandle | null>());
  const hours = Array.from({ length: 168 }, (_, hour) => hour);
  return (
    <Card
      className={`md:col-span-12 ${count > 2 ? '' : 'xl:col-span-7'}`}
      title="Hour of the week"
      scope={`posts, ${zoneName(zone)}, each on its own scale`}
      height={Math.ceil(count / (count > 2 ? 3 : 2)) * (height + 36) - 16}
      state={state}
      queryHref={queryHref}
      more={streams.map(({ slot, head: { title } }) => (
        <MenuItem
          key={slot}
          onSelect={() =>
            download(`${fileName(`Hour of the week ${title}`)}.png`, charts.current.get(slot)?.png() ?? '')
          }
        >
          Save {title} as PNG
        </MenuItem>
      ))}
      table={{
        columns: ['Hour', ...streams.map(({ head }) => head.title)],
        rows: hours.map((hour) => [
          `${days[Math.floor(hour / 24)]} ${String(hour % 24).padStart(2, '0')}`,
          ...streams.map(({ rest }) => rest?.stats.byHourOfWeek[Math.floor(hour / 24)]?.[hour % 24] ?? null),
        ]),
      }}
    >
      <div className={`grid grid-cols-1 gap-x-6 gap-y-4 sm:grid-cols-2 ${count > 2 ? 'lg:grid-cols-3' : ''}`}>
        {streams.map(
          (stream) =>
            stream.rest && (
              <Hours
                key={stream.slot}
                stream={stream}
                cells={stream.rest.stats.byHourOfWeek}
                range={range}
                zone={zone}
                handle={(chart) => void charts.current.set(stream.slot, chart)}
              />
            ),
        )}
      </div>
    </Card>
  );
}

function Hours(props: {
  stream: Compared;
  cells: readonly (readonly (number | null)[])[];
  range: Range;
  zone: string;
  handle: Ref<ChartHandle>;
}) {
  const { stream, cells, range, zone } = props;
  const navigate = useNavigate();
  const values = useMemo(() => cells.flat(), [cells]);
  const option = useMemo(() => (colours: Colours) => hoursOption(values, colours), [values]);
  const names = weekdays('long');
  return (
    <div>
      <p className="mb-1 flex items-center gap-1.5 font-medium text-xs">
        <span aria-hidden className="size-2 rounded-full" style={{ background: slotColour(stream.slot) }} />
        {stream.head.title}
      </p>
      <Chart
        label={`Posts of ${stream.head.title} by hour of the week`}
        height={height}
        columns={24}
        option={option}
        handle={props.handle}
        points={values.map((value, index) => ({
          title: `${names[Math.floor(index / 24)]} ${String(index % 24).padStart(2, '0')}:00`,
          rows: [{ label: 'Posts', text: exact(value) }],
        }))}
        onOpen={(index) => {
          const day = weekdayNames[Math.floor(index / 24)];
          if (day === undefined) return;
          void navigate(
            postsLink({ ...streamPosts(stream.head.id, range, zone), weekdays: [day], hours: [index % 24] }),
          );
        }}
      />
    </div>
  );
}
