import { useState } from 'react';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { graphql } from '../../gql/gql.ts';
import { Card } from '../card/card.tsx';
import { queryLink } from '../card/query-link.ts';
import type { CardState } from '../card/state.ts';
import { exact } from '../format/numbers.ts';
import { Segments } from '../ui/segments.tsx';
import { RowsSkeleton } from '../ui/skeleton.tsx';
import { TagList } from './tag-list.tsx';

const Fragment = graphql(`
  fragment MostUsedCard on Query {
    mostPosts: topHashtags(first: 10) {
      posts
      authors
      hashtag {
        id
        tag
      }
    }
    mostAuthors: topHashtags(first: 10, by: AUTHORS) {
      posts
      authors
      hashtag {
        id
        tag
      }
    }
  }
`);

/** The most used hashtags of all collected posts, by posts or by authors. */
export function MostUsedCard(props: { data: FragmentType<typeof Fragment> | null; state: CardState }) {
  const [by, setBy] = useState<'POSTS' | 'AUTHORS'>('POSTS');
  const both = readFragment(Fragment, props.data);
  const found = by === 'POSTS' ? both?.mostPosts : both?.mostAuthors;
  const state: CardState =
    found?.length === 0
      ? { kind: 'empty', title: 'No hashtags yet', hint: 'No collected post has one.' }
      : props.state;
  return (
    <Card
      className="md:col-span-6 lg:col-span-4"
      title="Most used of all"
      height={320}
      state={state}
      skeleton={<RowsSkeleton rows={10} />}
      controls={
        <Segments
          small
          label="Most used by"
          value={by}
          onChange={setBy}
          items={[
            { value: 'POSTS', label: 'Posts' },
            { value: 'AUTHORS', label: 'Authors' },
          ]}
        />
      }
      queryHref={queryLink(`{ topHashtags(first: 10, by: ${by}) { posts authors hashtag { tag } } }`)}
      table={
        found
          ? {
              columns: ['Hashtag', 'Posts', 'Authors'],
              rows: found.map(({ hashtag, posts, authors }) => [`#${hashtag.tag}`, posts, authors]),
            }
          : null
      }
    >
      <TagList
        label={`Most used hashtags by ${by === 'POSTS' ? 'posts' : 'authors'}`}
        lines={(found ?? []).map(({ hashtag, posts, authors }) => ({
          tag: hashtag.tag,
          value: by === 'POSTS' ? posts : authors,
          figures: exact(by === 'POSTS' ? posts : authors),
        }))}
      />
    </Card>
  );
}
