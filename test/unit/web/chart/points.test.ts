import { expect, it, vi } from 'vitest';
import { pointsFrom } from '../../../../web/src/chart/point.ts';

it('a mark is named when it is requested, and no other', () => {
  const name = vi.fn((day: string, index: number) => ({ title: `${day} ${index}`, rows: [] }));
  const points = pointsFrom(['a', 'b', 'c'], name);
  expect(points.length).toBe(3);
  expect(name).not.toHaveBeenCalled();
  expect(points.at(1)).toEqual({ title: 'b 1', rows: [] });
  expect(points.at(3)).toBeUndefined();
  expect(name).toHaveBeenCalledOnce();
});
