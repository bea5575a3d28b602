import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setConnected } from '../../../../web/src/api/state.ts';
import { Card } from '../../../../web/src/card/card.tsx';
import { toCsv } from '../../../../web/src/card/csv.ts';
import { queryLink } from '../../../../web/src/card/query-link.ts';
import { type CardState, cardState } from '../../../../web/src/card/state.ts';

const table = {
  columns: ['Week', 'Posts'],
  rows: [
    ['Jul 6', 1_547],
    ['Jul 13', null],
  ] as const,
};
const problem = {
  code: 'RATE_LIMITED',
  title: 'Too many requests for now',
  hint: 'Wait.',
  retryAt: null,
  details: '{"a":1}',
};

afterEach(() => {
  vi.useRealTimers();
  setConnected(true);
});

describe('a card', () => {
  it('is named by its title, and keeps its height in every state', () => {
    const states: CardState[] = [
      { kind: 'ready' },
      { kind: 'loading' },
      { kind: 'empty', title: 'No posts' },
      { kind: 'unknown', title: 'Unknown' },
      { kind: 'error', problem, onRetry: () => {} },
    ];
    for (const state of states) {
      const { container, unmount } = render(<Card title="Likes" height={168} state={state} />);
      expect(screen.getByRole('region', { name: 'Likes' })).toBeDefined();
      expect(container.innerHTML).toContain('min-height: 168px');
      unmount();
    }
  });

  it('shows its numbers as a table, and back: null is a dash, not a zero', async () => {
    render(
      <Card title="Posts" height={100} table={table}>
        <p>picture</p>
      </Card>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Posts as a table' }));
    expect(screen.getByRole('table', { name: 'Posts' }).textContent).toBe('PostsWeekPostsJul 61,547Jul 13–');
    expect(screen.queryByText('picture')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Posts as a chart' }));
    expect(screen.getByText('picture')).toBeDefined();
  });

  it('shows a skeleton after 150 ms only', () => {
    vi.useFakeTimers();
    render(<Card title="Posts" height={100} state={{ kind: 'loading' }} skeleton={<i>shape</i>} />);
    act(() => vi.advanceTimersByTime(149));
    expect(screen.queryByText('shape')).toBeNull();
    act(() => vi.advanceTimersByTime(1));
    expect(screen.getByText('shape')).toBeDefined();
  });

  it('shows an error in words, with its code, its details and a retry', async () => {
    const onRetry = vi.fn();
    render(<Card title="Posts" height={100} state={{ kind: 'error', problem, onRetry }} />);
    expect(screen.getByRole('alert').textContent).toContain('RATE_LIMITED');
    await userEvent.click(screen.getByRole('button', { name: 'Details' }));
    expect(screen.getByText('{"a":1}')).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it('counts down to retryAt, then tries by itself, once', () => {
    vi.useFakeTimers({ now: 0 });
    const onRetry = vi.fn();
    const state: CardState = {
      kind: 'error',
      problem: { ...problem, retryAt: new Date(90_000).toISOString() },
      onRetry,
    };
    render(<Card title="Posts" height={100} state={state} />);
    expect(screen.getByRole('button', { name: /Try again in 1 min 30 s/ }).hasAttribute('disabled')).toBe(
      true,
    );
    act(() => vi.advanceTimersByTime(95_000));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it('offers a coarser step only when the server was asked for too much', () => {
    const state = (code: string): CardState => ({
      kind: 'error',
      problem: { ...problem, code },
      onRetry: () => {},
      onCoarser: () => {},
    });
    const { rerender } = render(<Card title="Posts" height={100} state={state('TIMEOUT')} />);
    expect(screen.getByRole('button', { name: 'Use a coarser step' })).toBeDefined();
    rerender(<Card title="Posts" height={100} state={state('INTERNAL')} />);
    expect(screen.queryByRole('button', { name: 'Use a coarser step' })).toBeNull();
  });

  it('keeps its values while the server does not answer, and says since when', () => {
    const { container } = render(
      <Card title="Posts" height={100}>
        <p>1,547</p>
      </Card>,
    );
    act(() => setConnected(false));
    expect(screen.getByText('1,547')).toBeDefined();
    expect(screen.getByText(/offline, as of/)).toBeDefined();
    expect(container.querySelector('[data-stale]')).not.toBeNull();
  });

  it('names its missing parts, and how much is unknown', () => {
    render(<Card title="Likes" height={100} missing={['the year before']} unknownShare={0.42} />);
    expect(screen.getByText('without the year before')).toBeDefined();
    expect(screen.getByText('42% unknown')).toBeDefined();
  });
});

describe('the state of a card', () => {
  it('keeps data that is there, whatever failed after it', () => {
    const query = { fetching: false, onRetry: () => {} };
    expect(cardState({ ...query, hasData: true, problem }).kind).toBe('ready');
    expect(cardState({ ...query, hasData: false, problem }).kind).toBe('error');
    expect(cardState({ ...query, hasData: false, problem: null }).kind).toBe('loading');
  });
});

describe('a CSV', () => {
  it('quotes what must be, leaves unknown cells empty, and defuses formulas', () => {
    const rows = [
      ['a "b", c', 1.5],
      ['=1+1', null],
      ['-3', -3],
    ] as const;
    expect(toCsv({ columns: ['name', 'n'], rows })).toBe('name,n\r\n"a ""b"", c",1.5\r\n\'=1+1,\r\n\'-3,-3');
  });
});

it('the query of a card opens with its variables', () => {
  const url = new URL(
    queryLink('query A($handle: String!) { account(handle: $handle) { id } }', { handle: 'a&b' }),
    'http://x',
  );
  expect(url.pathname).toBe('/graphql');
  expect(url.searchParams.get('query')).toContain('account(handle: $handle)');
  expect(JSON.parse(url.searchParams.get('variables') ?? '')).toEqual({ handle: 'a&b' });
});
