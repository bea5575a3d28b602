import { useLayoutEffect, useReducer, useRef, useState } from 'react';
import type { ChatMessageFragment as ChatMessage } from '../../../gql/graphql.ts';
import { exact } from '../../format/numbers.ts';
import type { Edge } from '../../list/pages.ts';
import { Button } from '../../ui/button.tsx';
import { ChatLine } from './chat-line.tsx';
import { feedCut, feedMax } from './feed.ts';
import { LineHeights } from './line-heights.ts';
import type { useFeed } from './use-feed.ts';

/** The feed follows new messages while it is scrolled this close to its end, in pixels. */
const nearEnd = 40;
/** The height of a message with one line, in pixels. */
const lineHeight = 28;
/**
 * How many lines are drawn beyond each edge of the box. Other lines are drawn when fewer than the second number are
 * left.
 */
const linesBeyond = 15;
const linesLeft = 6;
/** Older messages are requested when fewer lines than this are above the visible ones: half of a request. */
const linesAhead = 100;
/** The height of the element above the first line, in pixels. */
const beginningHeight = 40;

/** The lines in view. They follow the newest one unless the feed is paused. */
export function ChatLines(props: {
  rows: readonly ChatMessage[];
  zone: string;
  chat: ReturnType<typeof useFeed>;
}) {
  const { rows, zone, chat } = props;
  const { isPaused, beginning } = chat;
  const box = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  /** The height of lines that were added above the visible ones, and by which the box is not scrolled yet. */
  const added = useRef(0);
  /** The lines that are drawn. */
  const drawn = useRef({ first: 0, end: 0 });
  const [heights] = useState(() => new LineHeights<ChatMessage>(lineHeight));
  added.current += heights.take(rows);
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  const [size, setSize] = useState({ height: 0, width: 0 });
  // While the feed follows, the end is visible, wherever it is by now.
  const from = isPaused ? top.current + added.current - beginningHeight : heights.total - size.height;
  const first = Math.max(0, heights.indexAt(from) - linesBeyond);
  const end = Math.min(rows.length, heights.indexAt(from + size.height) + 1 + linesBeyond);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => {
      const { clientHeight: height, clientWidth: width } = element;
      setSize((before) => {
        // With another width, lines break differently.
        if (before.width !== width && before.width !== 0) heights.forget();
        return before.height === height && before.width === width ? before : { height, width };
      });
    };
    look();
    // On a phone the chat is in its own tab, and has no height before that is opened.
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [heights]);

  // Runs after each rendering and before painting: measures new lines, and keeps the visible lines in place.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || size.height === 0) return;
    drawn.current = { first, end };
    const above = heights.indexAt(from);
    let isMoved = false;
    // Reading a height makes the browser lay out the page at once, so only heights of new lines are read.
    for (let index = first; index < end; index += 1) {
      if (heights.isMeasured(index)) continue;
      const height = element.querySelector<HTMLElement>(`[data-index="${index}"]`)?.offsetHeight ?? 0;
      // Hidden by now.
      if (height === 0) return;
      const more = heights.measure(index, Math.max(lineHeight, height));
      isMoved ||= more !== 0;
      if (index < above) added.current += more;
    }
    if (isMoved) {
      drawAgain();
      return;
    }
    if (!isPaused) element.scrollTop = element.scrollHeight;
    else if (added.current !== 0) {
      element.scrollTop += added.current;
      top.current = element.scrollTop;
    }
    added.current = 0;
  });
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current ?? noShape;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    // New lines move the end, not the scroll position: only scrolling up pauses the feed.
    const pauses = !isPaused && !isAtEnd && scrollTop < top.current;
    const goesOn = isPaused && isAtEnd && scrollTop > top.current;
    top.current = scrollTop;
    if (goesOn) chat.goOn();
    else if (pauses) chat.pause();
    if (!isPaused && !pauses) return;
    const seen = heights.indexAt(scrollTop - beginningHeight);
    const seenLast = heights.indexAt(scrollTop - beginningHeight + clientHeight);
    const { first, end } = drawn.current;
    const isCovered =
      (first === 0 || seen - first >= linesLeft) && (end === rows.length || end - 1 - seenLast >= linesLeft);
    if (!isCovered) drawAgain();
    if (seen < linesAhead && beginning.kind === 'more') chat.askOlder();
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
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain contain-strict [overflow-anchor:none]"
    >
      <div className="relative" style={{ height: beginningHeight + heights.total }}>
        {first === 0 && <Beginning edge={beginning} count={rows.length} onLoad={chat.askOlder} />}
        {rows.slice(first, end).map((row, place) => (
          <div
            key={row.id}
            data-index={first + place}
            className="absolute inset-x-0 top-0 contain-content hover:bg-surface-2"
            style={{ transform: `translateY(${beginningHeight + heights.topOf(first + place)}px)` }}
          >
            <ChatLine message={row} zone={zone} />
          </div>
        ))}
      </div>
    </div>
  );
}

const noShape = { scrollTop: 0, scrollHeight: 0, clientHeight: 0 };

/** The element above the first line: whether there are older messages, and whether they are being loaded. */
function Beginning({ edge, count, onLoad }: { edge: Edge; count: number; onLoad: () => void }) {
  return (
    <div
      className="flex items-center justify-center gap-3 px-4 text-fg-3 text-xs"
      style={{ height: beginningHeight }}
    >
      {edge.kind === 'end' &&
        (count < feedMax - feedCut
          ? 'The first message here'
          : `No more than the newest ${exact(feedMax)} are here`)}
      {edge.kind === 'loading' && <span role="status">Loading older messages</span>}
      {edge.kind === 'more' && (
        <Button size="sm" onClick={onLoad}>
          Load older messages
        </Button>
      )}
      {edge.kind === 'failed' && (
        <>
          <span role="alert" className="truncate text-danger" title={edge.problem.hint}>
            {edge.problem.title}
          </span>
          <Button size="sm" onClick={onLoad}>
            Try again
          </Button>
        </>
      )}
    </div>
  );
}
