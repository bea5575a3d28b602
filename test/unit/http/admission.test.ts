import { expect, onTestFinished, test, vi } from 'vitest';
import { createAdmission } from '../../../src/http/admission.ts';

/** An admission of one operation at a time, each of which takes 100 ms, and how the operations ended. */
function line(limits: { readonly operationsWaiting: number; readonly waitMs: number }) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const admission = createAdmission({ operationsAtOnce: 1, ...limits });
  const ends = { done: 0, refused: 0 };
  const come = (count: number) => {
    for (let at = 0; at < count; at++) {
      const work = () => new Promise((resolve) => setTimeout(resolve, 100));
      admission.run(work).then(
        () => void ends.done++,
        () => void ends.refused++,
      );
    }
  };
  return { admission, come, ends };
}

test('an operation that would wait too long is refused on arrival', async () => {
  const { admission, come, ends } = line({ operationsWaiting: 1_000, waitMs: 5_000 });
  come(201);
  expect(() => admission.check()).not.toThrow(); // the pace is unknown yet
  await vi.advanceTimersByTimeAsync(4_000);
  expect(ends).toEqual({ done: 40, refused: 0 });
  expect(() => admission.check()).toThrow('The server is busy: 1 operations run and 160 wait already');
  come(10);
  await vi.advanceTimersByTimeAsync(0);
  expect(ends).toEqual({ done: 40, refused: 10 });
});

test('when nobody waits any more, the next line may be as long as the first', async () => {
  const { admission, come, ends } = line({ operationsWaiting: 100, waitMs: 20_000 });
  come(101);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ends.done + ends.refused).toBe(101);
  come(101);
  await vi.advanceTimersByTimeAsync(0);
  expect(ends.done + ends.refused).toBe(101);
  expect(() => admission.check()).toThrow('The server is busy: 1 operations run and 100 wait already');
});

test('an operation that waited too long is refused, although the pace admitted it', async () => {
  const { come, ends } = line({ operationsWaiting: 100, waitMs: 950 });
  come(50);
  await vi.advanceTimersByTimeAsync(950);
  expect(ends).toEqual({ done: 9, refused: 40 });
});
