import type { PostsView } from '../search.ts';

/** What a filter is given: what is filtered by now, and how to change it. */
export type FilterProps = {
  view: PostsView;
  onChange: (change: Partial<PostsView>) => void;
};
