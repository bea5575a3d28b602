import { lazy, Suspense, useRef, useState } from 'react';
import { type FragmentType, readFragment } from '../../../gql/fragment-masking.ts';
import type { ChartHandle } from '../../chart/chart.tsx';
import { locale } from '../../format/locale.ts';
import { wordQuery } from '../../posts/link.ts';
import { Segments } from '../../ui/segments.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { usePosts, useStream } from '../stream.tsx';
import { TermFragment, TermListsFragment } from './fragment.ts';
import { TermCard } from './term-card.tsx';

const Cloud = lazy(() => import('./word-cloud.tsx'));
const views = [
  { value: 'list', label: 'List' },
  { value: 'cloud', label: 'Cloud' },
] as const;

/** Hashtags, words, mentions, links, apps, languages, emojis. */
export function TermLists(props: { stats: FragmentType<typeof TermListsFragment> | null }) {
  const stats = readFragment(TermListsFragment, props.stats);
  const { below } = useStream();
  const { href } = usePosts();
  const cloud = useRef<ChartHandle>(null);
  const [view, setView] = useState<'list' | 'cloud'>('list');
  const of = (terms: readonly FragmentType<typeof TermFragment>[] | undefined) =>
    readFragment(TermFragment, terms ?? []);
  const wide = 'md:col-span-4';
  const narrow = 'md:col-span-6 lg:col-span-3';
  const words = of(stats?.words);
  return (
    <>
      <TermCard
        title="Hashtags"
        scope="posts that use it"
        anchor="words"
        className={wide}
        state={below}
        sigil="#"
        terms={of(stats?.hashtags)}
        hrefOf={(term) => href({ hashtags: [term] })}
      />
      <TermCard
        title="Words"
        className={wide}
        state={below}
        terms={words}
        hrefOf={(term) => href({ q: wordQuery(term) })}
        controls={<Segments small label="View" value={view} items={views} onChange={setView} />}
        {...(view === 'cloud' && { png: () => cloud.current?.png() })}
      >
        {view === 'cloud' ? (
          <Suspense fallback={<Skeleton className="h-80" />}>
            <Cloud
              words={words}
              height={320}
              hrefOf={(term) => href({ q: wordQuery(term) })}
              handle={cloud}
            />
          </Suspense>
        ) : undefined}
      </TermCard>
      <TermCard
        title="Mentions"
        className={wide}
        state={below}
        sigil="@"
        terms={of(stats?.mentions)}
        hrefOf={(term) => href({ mentions: [term] })}
      />
      <TermCard
        title="Links to"
        none="No links in this range"
        className={narrow}
        state={below}
        rows={6}
        terms={of(stats?.domains)}
        hrefOf={(term) => href({ domains: [term] })}
      />
      <TermCard
        title="Posted with"
        none="No app is known in this range"
        className={narrow}
        state={below}
        rows={6}
        terms={of(stats?.clients)}
        hrefOf={(term) => href({ clients: [term] })}
      />
      <TermCard
        title="Languages"
        className={narrow}
        state={below}
        rows={6}
        terms={of(stats?.languages)}
        nameOf={languageName}
        hrefOf={(term) => href({ languages: [term] })}
      />
      <TermCard
        title="Emojis"
        className={narrow}
        state={below}
        rows={6}
        terms={of(stats?.emojis)}
        hrefOf={(term) => href({ emojis: [term] })}
      />
      <TermCard
        title="Replies to"
        none="No replies in this range"
        className="md:col-span-6"
        state={below}
        rows={6}
        sigil="@"
        terms={of(stats?.repliedTo)}
      />
      <TermCard
        title="Reposts of"
        none="No reposts in this range"
        className="md:col-span-6"
        state={below}
        rows={6}
        sigil="@"
        terms={of(stats?.reposted)}
      />
    </>
  );
}

let names: Intl.DisplayNames | null = null;

/** `en` is `English`; an unknown code stays as it is. */
export function languageName(code: string, tag = locale): string {
  try {
    names ??= new Intl.DisplayNames(tag, { type: 'language' });
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
