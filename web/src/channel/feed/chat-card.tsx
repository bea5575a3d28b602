import { ArrowDown } from 'lucide-react';
import { useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { ChatMessageFragment as ChatMessage } from '../../../gql/graphql.ts';
import { StateBody } from '../../card/states.tsx';
import { dayOf } from '../../format/dates.ts';
import { exact } from '../../format/numbers.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { Input } from '../../ui/input.tsx';
import { RowsSkeleton } from '../../ui/skeleton.tsx';
import { ChatLine } from './chat-line.tsx';
import { feedMax } from './feed.ts';
import { LineHeights } from './line-heights.ts';
import type { useFeed } from './use-feed.ts';

/** How near its end a feed is followed, in pixels. */
const nearEnd = 40;
/** The height of a message of one line, in pixels. */
const lineHeight = 28;
/** Lines that are drawn beyond each edge of the box. */
const linesBeyond = 10;

/** The chat as it is said: the newest messages, which go on by themselves until somebody scrolls up. */
export function ChatCard(props: { chat: ReturnType<typeof useFeed>; zone: string; className: string }) {
  const { chat, zone } = props;
  const { feed, state } = chat;
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLowerCase();
  const find = useFinder(wanted);
  const rows = useMemo(() => find(feed.shown), [find, feed.shown]);
  const fresh = useMemo(() => find(feed.held).length, [find, feed.held]);
  const newest = feed.shown.at(-1);
  return (
    <section
      id="chat"
      aria-labelledby="chat-title"
      className={cn('card relative h-[480px] min-w-0', props.className)}
    >
      <div className="absolute inset-0 flex flex-col">
        <header className="flex min-h-12 items-center gap-x-3 border-b px-4 py-2">
          <h2 id="chat-title" className="font-semibold text-sm">
            Chat
          </h2>
          <span className="nums hidden whitespace-nowrap text-fg-3 text-xs sm:inline">
            {newest !== undefined && `up to ${dayOf(newest.createdAt, zone)}`}
          </span>
          <Input
            type="search"
            aria-label="Filter the chat"
            title={`Of the newest ${exact(feedMax)} messages here`}
            placeholder="Filter…"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            className="ml-auto max-w-44"
          />
        </header>
        {state.kind !== 'ready' ? (
          <div className="p-4">
            <StateBody state={state} height={360} skeleton={<RowsSkeleton rows={11} />} />
          </div>
        ) : rows.length === 0 ? (
          <div className="p-4">
            <StateBody
              state={
                feed.shown.length === 0
                  ? { kind: 'empty', title: 'Nothing was said yet', hint: 'Messages show here as they come.' }
                  : {
                      kind: 'empty',
                      title: 'No message has this',
                      hint: 'Only the messages here are looked at.',
                    }
              }
              height={360}
              skeleton={null}
            />
          </div>
        ) : (
          <Lines rows={rows} zone={zone} isPaused={chat.isPaused} onPause={chat.pause} onGoOn={chat.goOn} />
        )}
        {chat.isPaused && state.kind === 'ready' && (
          <Button
            size="sm"
            variant="primary"
            className="-translate-x-1/2 absolute bottom-3 left-1/2 shadow-lg"
            onClick={chat.goOn}
          >
            <ArrowDown size={13} /> {fresh === 0 ? 'To the newest' : `${exact(fresh)} new`}
          </Button>
        )}
      </div>
    </section>
  );
}

/** Messages of a chat that hold a text; each is looked at once. */
function useFinder(wanted: string): (messages: readonly ChatMessage[]) => readonly ChatMessage[] {
  return useMemo(() => {
    if (wanted === '') return (messages) => messages;
    const found = new WeakMap<ChatMessage, boolean>();
    const holds = ({ text, author }: ChatMessage) =>
      text.toLowerCase().includes(wanted) ||
      author.handle.toLowerCase().includes(wanted) ||
      author.displayName.toLowerCase().includes(wanted);
    return (messages) =>
      messages.filter((message) => {
        const known = found.get(message);
        if (known !== undefined) return known;
        const isFound = holds(message);
        found.set(message, isFound);
        return isFound;
      });
  }, [wanted]);
}

/** The lines in view. They follow the newest one unless the feed is paused. */
function Lines(props: {
  rows: readonly ChatMessage[];
  zone: string;
  isPaused: boolean;
  onPause: () => void;
  onGoOn: () => void;
}) {
  const { rows, zone, isPaused, onPause, onGoOn } = props;
  const box = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  /** How much was added above what is read, and not yet scrolled by. */
  const added = useRef(0);
  const [heights] = useState(() => new LineHeights<ChatMessage>(lineHeight));
  heights.take(rows);
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  const [seen, setSeen] = useState({ top: 0, height: 0, width: 0 });
  // Who follows sees the end, wherever it is by now.
  const from = isPaused ? seen.top : Math.max(0, heights.total - seen.height);
  const first = Math.max(0, heights.indexAt(from) - linesBeyond);
  const end = Math.min(rows.length, heights.indexAt(from + seen.height) + 1 + linesBeyond);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => {
      const { scrollTop, clientHeight, clientWidth } = element;
      setSeen((before) => {
        // Lines of another width break elsewhere.
        if (before.width !== clientWidth && before.width !== 0) heights.forget();
        return before.height === clientHeight && before.width === clientWidth
          ? before
          : { top: scrollTop, height: clientHeight, width: clientWidth };
      });
    };
    look();
    // A phone shows it by its own tab: it has no height before.
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [heights]);

  // After each drawing and before it is painted: lines that are new are measured, and what is read stays where it is.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || element.clientHeight === 0) return;
    const above = heights.indexAt(from);
    let isMoved = false;
    for (const line of element.querySelectorAll<HTMLElement>('[data-index]')) {
      const index = Number(line.dataset.index);
      if (heights.isMeasured(index)) continue;
      const more = heights.measure(index, Math.max(lineHeight, line.offsetHeight));
      isMoved ||= more !== 0;
      if (index < above) added.current += more;
    }
    if (isMoved) drawAgain();
    else if (!isPaused) element.scrollTop = element.scrollHeight;
    else if (added.current !== 0) element.scrollTop += added.current;
    if (!isMoved) added.current = 0;
  });
  const onScroll = () => {
    const {
      scrollTop = 0,
      scrollHeight = 0,
      clientHeight = 0,
      clientWidth = 0,
    } = { ...shapeOf(box.current) };
    const isAtEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    // Lines that come move the end, and not the place: only who scrolls up pauses.
    const pauses = !isPaused && !isAtEnd && scrollTop < top.current;
    if (pauses || isPaused) setSeen({ top: scrollTop, height: clientHeight, width: clientWidth });
    if (pauses) onPause();
    if (isPaused && isAtEnd && scrollTop > top.current) onGoOn();
    top.current = scrollTop;
  };
  return (
    <div
      ref={box}
      role="log"
      aria-label="Chat"
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
      tabIndex={0}
      onScroll={onScroll}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
    >
      <div className="relative" style={{ height: heights.total }}>
        {rows.slice(first, end).map((row, place) => (
          <div
            key={row.id}
            data-index={first + place}
            className="absolute inset-x-0 top-0 hover:bg-surface-2"
            style={{ transform: `translateY(${heights.topOf(first + place)}px)` }}
          >
            <ChatLine message={row} zone={zone} />
          </div>
        ))}
      </div>
    </div>
  );
}

const shapeOf = (element: HTMLElement | null) =>
  element === null
    ? null
    : {
        scrollTop: element.scrollTop,
        scrollHeight: element.scrollHeight,
        clientHeight: element.clientHeight,
        clientWidth: element.clientWidth,
      };
