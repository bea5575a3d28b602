import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { wordQuery } from '../posts/link.ts';
import { cardQuery } from '../stats/card-query.ts';
import { usePosts, useStream } from '../stats/stream.tsx';
import { TermCard } from '../stats/terms/term-card.tsx';
import { EmoteTermFragment, TermFragment } from '../stats/terms/fragment.ts';

/** The most used terms of a chat. */
export const ChatTermsFragment = graphql(`
  fragment ChatTerms on Stats {
    emotes: topTerms(kind: EMOTE, first: 10) {
      ...EmoteTerm
    }
    commands: topTerms(kind: COMMAND, first: 10) {
      ...Term
    }
    words: topTerms(kind: WORD, first: 10) {
      ...Term
    }
  }
`);

/** The emotes, words and commands of a chat. */
export function ChatTerms(props: { stats: FragmentType<typeof ChatTermsFragment> | null }) {
  const stats = readFragment(ChatTermsFragment, props.stats);
  const stream = useStream();
  const { href } = usePosts();
  const state = stream.below;
  const queryHref = cardQuery(ChatTermsFragment, stream);
  const of = (terms: readonly FragmentType<typeof TermFragment>[] | undefined) =>
    readFragment(TermFragment, terms ?? []);
  const emotes = readFragment(EmoteTermFragment, stats?.emotes ?? []);
  const images = new Map(emotes.map(({ term, emote }) => [term, emote?.image]));
  const shared = { state, queryHref, className: 'md:col-span-6 xl:col-span-4' };
  // The search finds words; an emote such as `:)` is not one.
  const isWord = (term: string) => /^[\p{L}\p{N}_]+$/u.test(term);
  return (
    <>
      <TermCard
        {...shared}
        title="Emotes"
        scope="messages that use it"
        anchor="words"
        terms={of(emotes)}
        imageOf={(term) => images.get(term) ?? null}
        hrefOf={(term) => (isWord(term) ? href({ q: wordQuery(term) }) : undefined)}
      />
      <TermCard
        {...shared}
        title="Words"
        terms={of(stats?.words)}
        hrefOf={(term) => href({ q: wordQuery(term) })}
      />
      <TermCard
        {...shared}
        className="md:col-span-12 xl:col-span-4"
        title="Commands"
        terms={of(stats?.commands)}
        nameOf={(term) => (term.startsWith('!') ? term : `!${term}`)}
      />
    </>
  );
}
