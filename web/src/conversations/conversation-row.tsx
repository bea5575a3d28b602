import { memo } from 'react';
import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import { RowLink } from '../list/row-link.tsx';
import { dayOf } from '../format/dates.ts';
import { compact, exact } from '../format/numbers.ts';

const ConversationRowFields = graphql(`
  fragment ConversationRowFields on Conversation {
    size
    maxDepth
    participants
    engagement
    virality
    root {
      id
      text
      createdAt
      language
      author {
        handle
      }
    }
  }
`);

type ConversationRowProps = { conversation: FragmentType<typeof ConversationRowFields>; zone: string };

/** One conversation: its first post and its figures. */
export const ConversationRow = memo(function ConversationRow({ conversation, zone }: ConversationRowProps) {
  const { root, size, maxDepth, participants, engagement, virality } = readFragment(
    ConversationRowFields,
    conversation,
  );
  return (
    <div className="relative flex h-full flex-col justify-center gap-1 px-4 hover:bg-surface-2 md:flex-row md:items-center md:gap-4">
      <div className="min-w-0 md:flex-1">
        <p lang={root.language ?? undefined} dir="auto" className="truncate">
          {root.text}
        </p>
        <p className="nums truncate text-fg-2 text-xs">
          <RowLink href={`/conversation/${encodeURIComponent(root.id)}`} className="font-medium text-fg">
            @{root.author.handle}
          </RowLink>{' '}
          · {dayOf(root.createdAt, zone)}
        </p>
      </div>
      <dl className="flex gap-4 text-xs md:shrink-0">
        <Fact name="posts" value={compact(size)} title={exact(size)} />
        <Fact name="people" value={compact(participants)} title={exact(participants)} />
        <Fact name="deep" value={compact(maxDepth)} title={exact(maxDepth)} />
        <Fact name="engagement" value={compact(engagement)} title={exact(engagement)} wide />
        <Fact
          name="virality"
          value={virality == null ? '–' : virality.toFixed(2)}
          title="structural virality: mean number of replies between two posts"
        />
      </dl>
    </div>
  );
});

function Fact(props: { name: string; value: string; title: string; wide?: boolean }) {
  return (
    <div
      className={`flex flex-col-reverse md:text-right ${props.wide ? 'md:w-20' : 'md:w-14'}`}
      title={props.title}
    >
      <dt className="text-axis text-fg-3">{props.name}</dt>
      <dd className="nums font-medium text-sm">{props.value}</dd>
    </div>
  );
}
