import { type Ref, useMemo } from 'react';
import type { TermFragment } from '../../../gql/graphql.ts';
import { Chart, type ChartHandle } from '../../chart/chart.tsx';
import type { Colours } from '../../chart/colours.ts';
import { exact } from '../../format/numbers.ts';
import { usePosts } from '../stream.tsx';

const load = () => import('../../chart/echarts-cloud.ts');

/** Words as a cloud: the more posts use a word, the larger it is. The list has the same numbers. */
export default function WordCloud(props: {
  words: readonly TermFragment[];
  height: number;
  hrefOf: (term: string) => string;
  handle: Ref<ChartHandle>;
}) {
  const { words, height, hrefOf } = props;
  const { open } = usePosts();
  const option = useMemo(() => (colours: Colours) => cloudOption(words, colours), [words]);
  return (
    <Chart
      label="Words as a cloud"
      height={height}
      option={option}
      load={load}
      handle={props.handle}
      points={words.map(({ term, count }) => ({
        title: term,
        rows: [{ label: 'Posts', text: exact(count) }],
      }))}
      onOpen={(index) => {
        const word = words[index];
        if (word !== undefined) open(hrefOf(word.term));
      }}
    />
  );
}

/** The option of a cloud. The size grows with the square root of the count, so that the area is proportional to it. */
export function cloudOption(words: readonly { term: string; count: number }[], colours: Colours) {
  const tones = [colours.c1, colours['fg-2'], colours.brand, colours['fg-3']];
  return {
    tooltip: { trigger: 'item' },
    series: [
      {
        type: 'wordCloud',
        left: 0,
        top: 0,
        width: '100%',
        height: '100%',
        rotationRange: [0, 0],
        sizeRange: [12, 44],
        gridSize: 5,
        drawOutOfBound: false,
        layoutAnimation: false,
        textStyle: { fontFamily: 'Geist Variable, sans-serif', fontWeight: 500 },
        emphasis: { textStyle: { color: colours.fg } },
        data: words.map(({ term, count }, index) => ({
          name: term,
          value: Math.sqrt(count),
          textStyle: { color: tones[index % tones.length] },
        })),
      },
    ],
  };
}
