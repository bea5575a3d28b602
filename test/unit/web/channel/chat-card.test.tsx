import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ChatMessageFragment } from '../../../../web/gql/graphql.ts';
import { ChatCard } from '../../../../web/src/channel/feed/chat-card.tsx';
import { type Feed, noFeed, release, takeIn, takeOlder } from '../../../../web/src/channel/feed/feed.ts';
import type { Edge } from '../../../../web/src/list/pages.ts';

const message = (number: number, text = `message ${number}`): ChatMessageFragment => ({
  id: String(number),
  createdAt: new Date(1_760_000_000_000 + number * 1_000).toISOString(),
  text,
  bits: 0,
  badges: ['moderator/1', 'unheard-of/3'],
  author: { handle: 'ann', displayName: 'Ann' },
  emotes: [],
});
const lineHeight = 28;
let boxHeight = 10 * lineHeight;

beforeEach(() => {
  boxHeight = 10 * lineHeight;
  // Without a browser nothing has a size: the box has ten lines, and each line its own place.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(function (this: HTMLElement) {
    return this.dataset.index === undefined ? boxHeight : lineHeight;
  });
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(() => boxHeight);
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockImplementation(function (this: HTMLElement) {
    return Number.parseFloat((this.firstElementChild as HTMLElement | null)?.style.height ?? '0');
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const askOlder = vi.fn();

function show(count: number, beginning: Edge = { kind: 'end' }) {
  let feed: Feed<ChatMessageFragment> = takeIn<ChatMessageFragment>(
    noFeed,
    Array.from({ length: count }, (_, at) => message(at)),
    false,
  );
  let isPaused = false;
  const goOn = vi.fn(() => {
    isPaused = false;
    feed = release(feed);
    draw();
  });
  const card = () => (
    <ChatCard
      zone="UTC"
      className=""
      chat={{
        feed,
        state: { kind: 'ready' },
        isComplete: true,
        beginning,
        askOlder,
        isPaused,
        pause: () => {
          isPaused = true;
          draw();
        },
        goOn,
      }}
    />
  );
  const { rerender } = render(card());
  const draw = () => act(() => rerender(card()));
  const box = screen.getByRole('log', { name: 'Chat' });
  const scrollTo = (top: number) => {
    box.scrollTop = top;
    fireEvent.scroll(box);
  };
  const say = (...said: ChatMessageFragment[]) => {
    feed = takeIn(feed, said, isPaused);
    draw();
  };
  /** Older messages arrive, from before all others. */
  const come = (older: number) => {
    const messages = Array.from({ length: older }, (_, at) => message(at - older));
    feed = takeOlder({ ...feed, older: 'a cursor' }, { messages, older: null }, 'a cursor');
    draw();
  };
  const end = () => box.scrollHeight - boxHeight;
  return { box, say, come, scrollTo, end, goOn };
}

it('follows the newest message, and has only the lines in view', () => {
  const { box, say, scrollTo, end } = show(1_000);
  scrollTo(end());
  expect(box.querySelectorAll('[data-index]').length).toBeLessThan(50);
  say(message(1_000));
  expect(box.scrollTop).toBe(box.scrollHeight);
});

it('pauses when somebody scrolls up, counts new messages, and goes on by its button', () => {
  const { say, scrollTo, end, goOn } = show(100);
  scrollTo(end());
  expect(screen.queryByRole('button')).toBeNull();
  scrollTo(end() - 500);
  expect(screen.getByRole('button', { name: 'To the newest' })).toBeTruthy();
  say(message(200), message(201));
  fireEvent.click(screen.getByRole('button', { name: '2 new' }));
  expect(goOn).toHaveBeenCalledOnce();
  expect(screen.queryByRole('button')).toBeNull();
});

it('goes on when somebody scrolls back to its end', () => {
  const { scrollTo, end, goOn } = show(100);
  scrollTo(end());
  scrollTo(end() - 500);
  scrollTo(end() - 300);
  expect(goOn).not.toHaveBeenCalled();
  scrollTo(end());
  expect(goOn).toHaveBeenCalledOnce();
});

it('asks for older messages when the first line is near, and what is read stays where it is', () => {
  askOlder.mockClear();
  const { box, scrollTo, come, end } = show(1_000, { kind: 'more' });
  scrollTo(end());
  scrollTo(500 * lineHeight);
  expect(askOlder).not.toHaveBeenCalled();
  scrollTo(50 * lineHeight);
  expect(askOlder).toHaveBeenCalledOnce();
  const read = () =>
    [...box.querySelectorAll<HTMLElement>('[data-index]')].map((line) => [
      line.textContent,
      Number.parseFloat(line.style.transform.replace('translateY(', '')) - box.scrollTop,
    ]);
  const before = read();
  come(200);
  expect(box.scrollTop).toBe(250 * lineHeight);
  expect(read()).toEqual(before);
});

it('says whether older messages come', () => {
  askOlder.mockClear();
  show(2, { kind: 'more' });
  fireEvent.click(screen.getByRole('button', { name: 'Load older messages' }));
  expect(askOlder).toHaveBeenCalledOnce();
  cleanup();
  show(2, { kind: 'loading' });
  expect(screen.getByRole('status').textContent).toBe('Loading older messages');
  cleanup();
  show(2, { kind: 'end' });
  expect(screen.getByText('The first message here')).toBeTruthy();
  cleanup();
  const problem = { code: 'OFFLINE', title: 'It is away', hint: '', retryAt: null, details: '' };
  show(2, { kind: 'failed', problem });
  expect(screen.getByRole('alert').textContent).toBe('It is away');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(askOlder).toHaveBeenCalledTimes(2);
});

it('shows what holds the text of its filter, and says when nothing does', () => {
  const { say } = show(5);
  say(message(5, 'Rampage at last'));
  const field = screen.getByRole('searchbox', { name: 'Filter the chat' });
  fireEvent.change(field, { target: { value: 'RAMPAGE' } });
  expect(screen.getByRole('log').textContent).toContain('Rampage at last');
  expect(screen.getByRole('log').textContent).not.toContain('message 1');
  fireEvent.change(field, { target: { value: 'nobody said this' } });
  expect(screen.getByText('No message has this')).toBeTruthy();
});

it('names the badges that people know', () => {
  show(1);
  expect(screen.getAllByRole('img').map((image) => image.getAttribute('aria-label'))).toEqual(['moderator']);
});

it('shows the pictures of emotes, and the name where there is none, or it does not load', () => {
  const { say } = show(1);
  say({
    ...message(5, 'so Kappa LUL'),
    badges: [],
    emotes: [
      { name: 'Kappa', image: '/media/kappa' },
      { name: 'LUL', image: null },
    ],
  });
  const picture = screen.getByRole('img', { name: 'Kappa' });
  expect(picture.getAttribute('src')).toBe('/media/kappa');
  expect(screen.queryByRole('img', { name: 'LUL' })).toBeNull();
  const log = screen.getByRole('log');
  expect(log.textContent).toContain('so ');
  expect(log.textContent).toContain('LUL');
  fireEvent.error(picture);
  expect(screen.queryByRole('img', { name: 'Kappa' })).toBeNull();
  expect(log.textContent).toContain('so Kappa LUL');
});

it('loads no picture from another host', () => {
  const { say } = show(1);
  say({
    ...message(5, 'Kappa'),
    badges: [],
    emotes: [{ name: 'Kappa', image: 'https://elsewhere.example/k.png' }],
  });
  expect(screen.queryByRole('img', { name: 'Kappa' })).toBeNull();
  expect(screen.getByRole('log').textContent).toContain('Kappa');
});
