import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findMoments, type Minute, type Moment } from '../../../src/stats/moments/compute.ts';
import { lookedBackMs, watchMoments } from '../../../src/stats/moments/latest.ts';

const minuteMs = 60_000;

/** Messages of each minute of an hour: calm, with some bursts. */
const chat = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 9 })), {
  minLength: 60,
  maxLength: 60,
});

test('a moment is reported while it lasts, with the figures so far, and once more when it is over', async () => {
  await fc.assert(
    fc.asyncProperty(chat, async (drawn) => {
      const counts = drawn.map(([calm, die]) => (die === 0 ? calm + 60 : calm));
      const sent = counts.flatMap((count, minute) =>
        Array.from({ length: count }, (_, at) => minute * minuteMs + Math.floor((at * minuteMs) / count)),
      );
      let now = 0;
      const reads: number[] = [];
      const minutesFrom = (from: number): readonly Minute[] => {
        const found = new Map<number, number>();
        for (const at of sent) {
          const minute = at - (at % minuteMs);
          if (at <= now && at >= from) found.set(minute, (found.get(minute) ?? 0) + 1);
        }
        return [...found].map(([at, messages]) => ({ at, messages }));
      };
      const watch = watchMoments(async (from) => {
        reads.push(from);
        return minutesFrom(from);
      });
      const told = new Map<number, Moment>();
      // It checks at every third message.
      for (const [index, at] of sent.entries()) {
        if (index % 3 !== 0) continue;
        now = at;
        const news = await watch(at);
        for (const moment of news) told.set(moment.start, moment);
        const minute = at - (at % minuteMs);
        const right = findMoments(minutesFrom(minute - lookedBackMs)).filter(({ end }) => end >= minute);
        expect(
          news.every((moment) => right.some((each) => JSON.stringify(each) === JSON.stringify(moment))),
        ).toBe(true);
        for (const moment of right) {
          const last = told.get(moment.start);
          expect(last?.end).toBe(moment.end);
          expect(moment.messages).toBeLessThan(1.5 * (last?.messages ?? 0));
          if (moment.end <= minute) expect(last?.messages).toBe(moment.messages);
        }
      }
      // The minutes to compare with are read once a minute; in between only the last two minutes are read.
      const minutes = new Set(sent.map((at) => at - (at % minuteMs))).size;
      const changes = reads.filter((from, index) => from !== reads[index - 1]).length;
      expect(changes).toBeLessThanOrEqual(2 * minutes);
    }),
    { numRuns: 6 },
  );
});
