import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
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
import type { useFeed } from './use-feed.ts';

/** How near its end a feed is followed, in pixels. */
const nearEnd = 40;
/** The height of a message of one line, in pixels. */
const lineHeight = 28;

/** The chat as it is said: the newest messages, which go on by themselves until somebody scrolls up. */
export function ChatCard(props: { chat: ReturnType<typeof useFeed>; zone: string; className: string }) {
  const { chat, zone } = props;
  const { feed, state } = chat;
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLowerCase();
  const rows = useMemo(() => feed.shown.filter(finds(wanted)), [feed.shown, wanted]);
  const fresh = useMemo(() => feed.held.filter(finds(wanted)).length, [feed.held, wanted]);
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

const finds = (wanted: string) => (message: ChatMessage) =>
  wanted === '' ||
  message.text.toLowerCase().includes(wanted) ||
  message.author.handle.toLowerCase().includes(wanted) ||
  message.author.displayName.toLowerCase().includes(wanted);

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
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    // A line that is measured before it has its place has no height yet: the others would be drawn over it.
    measureElement: (line) => Math.max(lineHeight, (line as HTMLElement).offsetHeight),
    overscan: 10,
    getItemKey: (index) => rows[index]?.id ?? index,
    useFlushSync: false,
  });
  const height = virtualizer.getTotalSize();
  // A phone shows it by its own tab: it has no height before.
  const seen = virtualizer.scrollRect?.height ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines that came, or that turned out higher, move the end
  useLayoutEffect(() => {
    if (box.current !== null && !isPaused) box.current.scrollTop = box.current.scrollHeight;
  }, [rows, height, seen, isPaused]);
  const onScroll = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = { ...shapeOf(box.current) };
    const isAtEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    // Lines that come move the end, and not the place: only who scrolls up pauses.
    if (!isPaused && !isAtEnd && scrollTop < top.current) onPause();
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
      <div className="relative" style={{ height }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0 hover:bg-surface-2"
              style={{ transform: `translateY(${start}px)` }}
            >
              <ChatLine message={row} zone={zone} />
            </div>
          );
        })}
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
      };
