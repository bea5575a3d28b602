import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { parseSearch, stringifySearch } from '../../../../web/src/search-params/address.ts';
import type { TrendRow } from '../../../../web/src/trending/row.ts';
import { TrendTable } from '../../../../web/src/trending/table.tsx';

const row = (term: string, rank: number, count = 10 - rank): TrendRow => ({
  term,
  rank,
  previousRank: null,
  count,
  authors: 2,
  expected: 1,
  burst: 3,
  recent: [0, 0, 0, 0, 1, count],
});
const abc = [row('a', 1), row('b', 2), row('c', 3)];
const cba = [row('c', 1, 9), row('b', 2, 8), row('a', 3, 7)];

async function show() {
  let update: (rows: readonly TrendRow[]) => void = () => {};
  const onChoose = vi.fn();
  function Table() {
    const [rows, setRows] = useState<readonly TrendRow[]>(abc);
    update = setRows;
    return (
      <TrendTable
        label="Hashtags"
        rows={rows}
        looks={{ name: 'Hashtag', prefix: '#', posts: (term) => ({ hashtags: [term] }) }}
        chosen="b"
        onChoose={onChoose}
      />
    );
  }
  const root = createRootRoute({ component: Outlet });
  const at = (path: string) => createRoute({ getParentRoute: () => root, path, component: Table });
  const router = createRouter({
    routeTree: root.addChildren([at('/trending'), at('/posts')]),
    history: createMemoryHistory({ initialEntries: ['/trending?window=P7D'] }),
    parseSearch,
    stringifySearch,
  });
  render(<RouterProvider router={router as never} />);
  await screen.findByRole('table');
  return { update: (rows: readonly TrendRow[]) => act(() => update(rows)), onChoose };
}

const order = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((each) => within(each).getByRole('rowheader').textContent);

it('shows rows by rank, each with a link to itself and to its posts', async () => {
  await show();
  expect(order()).toEqual(['#a', '#b', '#c']);
  expect(screen.getByRole('link', { name: '#a' }).getAttribute('href')).toBe('/trending?window=P7D&tag=a');
  expect(screen.getByRole('link', { name: '9 posts with #a' }).getAttribute('href')).toBe('/posts?tags=a');
  expect(screen.getByRole('link', { name: '#b' }).getAttribute('aria-current')).toBe('true');
});

it('names each of its columns', async () => {
  await show();
  expect(screen.getAllByRole('columnheader').map((each) => each.textContent)).toEqual([
    '#Rank',
    'ΔChange of rank',
    'Hashtag',
    'Posts',
    'Expected',
    'Times',
    'Authors',
    'Last 6 windows',
  ]);
});

it('moves rows to their new places when nothing is held', async () => {
  const { update } = await show();
  update(cba);
  expect(order()).toEqual(['#c', '#b', '#a']);
});

it('the row under the pointer keeps its place, with its new figures, until the pointer leaves', async () => {
  const { update } = await show();
  const user = userEvent.setup();
  await user.hover(screen.getByRole('link', { name: '#a' }));
  update(cba);
  expect(order()).toEqual(['#a', '#c', '#b']);
  expect(screen.getByRole('link', { name: '7 posts with #a' })).toBeTruthy();
  await user.unhover(screen.getByRole('link', { name: '#a' }));
  await user.hover(document.body);
  expect(order()).toEqual(['#c', '#b', '#a']);
});

it('a focused row keeps its place, too', async () => {
  const { update } = await show();
  act(() => screen.getByRole('link', { name: '#c' }).focus());
  update(cba);
  expect(order()).toEqual(['#b', '#a', '#c']);
  act(() => screen.getByRole('link', { name: '#c' }).blur());
  expect(order()).toEqual(['#c', '#b', '#a']);
});

it('rows slide for 260 ms, and not for people who asked for less motion', async () => {
  const animate = vi.fn();
  HTMLElement.prototype.animate = animate;
  // Without a browser rows have no position: each has that of its place in the table.
  vi.spyOn(HTMLElement.prototype, 'offsetTop', 'get').mockImplementation(function (this: HTMLElement) {
    return [...(this.parentElement?.children ?? [])].indexOf(this) * 36;
  });
  const { update } = await show();
  expect(animate).not.toHaveBeenCalled();
  update(cba);
  expect(animate.mock.calls.map(([frames, { duration }]) => [frames[0].transform, duration])).toEqual([
    ['translateY(72px)', 260],
    ['translateY(-72px)', 260],
  ]);
  animate.mockClear();
  vi.spyOn(window, 'matchMedia').mockReturnValue({ matches: true } as MediaQueryList);
  update(abc);
  expect(order()).toEqual(['#a', '#b', '#c']);
  expect(animate).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

it('j and k walk the rows', async () => {
  const { onChoose } = await show();
  const user = userEvent.setup();
  await user.keyboard('j');
  await user.keyboard('k');
  expect(onChoose.mock.calls).toEqual([['c'], ['a']]);
});
