import { graphql } from '../../gql/gql.ts';
import type { ChatSharesFragment as ChatShares } from '../../gql/graphql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { exact, share } from '../format/numbers.ts';
import { noPosts, useStream } from '../stats/stream.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';

/** Who writes in a chat for the first time, and what kinds of messages it has. */
export const ChatSharesFragment = graphql(`
  fragment ChatShares on ChatStats {
    messages
    chatters
    arrivals {
      newChatters
    }
    emoteOnly {
      messages
      share
    }
    questions {
      messages
      share
    }
    mentions {
      messages
      share
    }
    commands {
      messages
      share
    }
    duplicates {
      messages
      share
    }
    leftOut {
      author {
        handle
      }
      posts
    }
  }
`);

/** A line of the card: a share of the chatters or of the messages. */
export type ShareRow = { readonly label: string; readonly count: number; readonly share: number | null };

/** Returns the lines of the card. */
export function sharesOf(chat: ChatShares): readonly ShareRow[] {
  const { newChatters } = chat.arrivals;
  const part = (label: string, { messages, share: of }: ChatShares['questions']): ShareRow => ({
    label,
    count: messages,
    share: of ?? null,
  });
  return [
    {
      label: 'New chatters',
      count: newChatters,
      share: chat.chatters === 0 ? null : newChatters / chat.chatters,
    },
    part('Only emotes', chat.emoteOnly),
    part('Questions', chat.questions),
    part('Mentions', chat.mentions),
    part('Commands', chat.commands),
    part('Copies', chat.duplicates),
  ];
}

/** Describes the excluded bots, the first three by name; null when there are none. */
export function leftOutOf({ leftOut }: Pick<ChatShares, 'leftOut'>): string | null {
  if (leftOut.length === 0) return null;
  const posts = leftOut.reduce((sum, each) => sum + each.posts, 0);
  const names = leftOut.slice(0, 3).map(({ author }) => author.handle);
  const more = leftOut.length > names.length ? ` and ${leftOut.length - names.length} more` : '';
  return `Without ${exact(posts)} messages of bots: ${names.join(', ')}${more}`;
}

const height = 200;

/** Shares of a chat as bars: new chatters, and kinds of messages. */
export function SharesCard(props: {
  chat: FragmentType<typeof ChatSharesFragment> | null;
  state: CardState;
  className: string;
}) {
  const chat = readFragment(ChatSharesFragment, props.chat);
  const stream = useStream();
  const rows = chat == null ? [] : sharesOf(chat);
  const leftOut = chat == null ? null : leftOutOf(chat);
  return (
    <Card
      title="Who and what"
      scope="shares of chatters and messages"
      anchor="shares"
      height={height}
      className={props.className}
      state={props.state.kind === 'ready' && chat?.messages === 0 ? noPosts(stream) : props.state}
      skeleton={<RowsSkeleton rows={6} />}
      zone={stream.view.zone}
      table={{
        columns: ['What', 'Count', 'Share'],
        rows: rows.map(({ label, count, share: of }) => [label, count, of]),
      }}
      footer={leftOut === null ? undefined : <p className="text-fg-3 text-xs">{leftOut}</p>}
    >
      <ul aria-label="Shares" className="flex flex-col justify-between" style={{ height }}>
        {rows.map(({ label, count, share: of }) => (
          <li key={label} className="text-sm" title={exact(count)}>
            <span className="flex justify-between">
              <span>{label}</span>
              <span className="nums font-semibold">{share(of)}</span>
            </span>
            <span aria-hidden className="mt-0.5 block h-1 rounded-full bg-surface-2">
              <span
                className="block h-1 rounded-full bg-c1"
                style={{ width: `${(100 * (of ?? 0)).toFixed(1)}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
