import { ArrowDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ChatMessageFragment as ChatMessage } from '../../../gql/graphql.ts';
import { StateBody } from '../../card/states.tsx';
import { dayOf } from '../../format/dates.ts';
import { exact } from '../../format/numbers.ts';
import { Button } from '../../ui/button.tsx';
import { cn } from '../../ui/cn.ts';
import { Input } from '../../ui/input.tsx';
import { RowsSkeleton } from '../../ui/skeleton.tsx';
import { ChatLines } from './chat-lines.tsx';
import { feedMax } from './feed.ts';
import type { useFeed } from './use-feed.ts';

/** The live chat: the newest messages. The feed follows new ones until the user scrolls up. */
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
          <ChatLines rows={rows} zone={zone} chat={chat} />
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

/** Finds messages that contain a text; each message is checked once. */
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
