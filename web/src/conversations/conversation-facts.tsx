import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import type { ConversationFactsFragment } from '../../gql/graphql.ts';
import { Card } from '../card/card.tsx';
import type { CardState } from '../card/state.ts';
import { duration } from '../format/durations.ts';
import { compact, exact, unknown } from '../format/numbers.ts';
import { secondsOf } from './seconds-of.ts';

const ConversationFactsFields = graphql(`
  fragment ConversationFacts on Conversation {
    size
    participants
    maxDepth
    engagement
    virality
    responseTimes {
      first
      median
      opening
    }
  }
`);

type ConversationFactsProps = {
  conversation: FragmentType<typeof ConversationFactsFields> | null;
  state: CardState;
};

/** The figures of a conversation: its size, people, spread and speed. */
export function ConversationFacts({ conversation, state }: ConversationFactsProps) {
  const facts = readFragment(ConversationFactsFields, conversation);
  const rows = facts === null ? [] : factsOf(facts);
  return (
    <Card
      className="md:col-span-7"
      title="In figures"
      height={200}
      state={state}
      table={
        facts === null
          ? null
          : { columns: ['Figure', 'Value'], rows: rows.map(({ name, full }) => [name, full]) }
      }
    >
      <dl className="grid h-[200px] grid-cols-2 content-evenly gap-x-4 gap-y-2 sm:grid-cols-4">
        {rows.map(({ name, text, full, hint }) => (
          <div key={name} title={`${name}: ${full}`}>
            <dt className="text-fg-2 text-xs">{name}</dt>
            <dd className="nums font-semibold text-xl">{text}</dd>
            <dd className="text-fg-3 text-xs max-sm:hidden">{hint}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

type Fact = { readonly name: string; readonly text: string; readonly full: string; readonly hint: string };

function factsOf(facts: ConversationFactsFragment): Fact[] {
  const { size, participants, maxDepth, engagement, virality, responseTimes } = facts;
  const count = (name: string, value: number, hint: string) => ({
    name,
    text: compact(value),
    full: exact(value),
    hint,
  });
  const time = (name: string, value: string | null | undefined, hint: string) => {
    const seconds = value == null ? null : secondsOf(value);
    const text = seconds === null ? unknown : duration(seconds);
    return { name, text, full: text, hint };
  };
  return [
    count('Posts', size, 'the root included'),
    count('Participants', participants, 'distinct authors'),
    count('Depth', maxDepth, 'replies on its longest path'),
    count('Engagement', engagement, 'of all its posts'),
    {
      name: 'Structural virality',
      text: virality == null ? unknown : virality.toFixed(2),
      full: virality == null ? unknown : String(virality),
      hint: 'near 2: all answer the root',
    },
    time('First response', responseTimes.first, 'after the root'),
    time('Median response', responseTimes.median, 'to what is answered'),
    count('Opening', responseTimes.opening, 'posts in the author’s thread'),
  ];
}
