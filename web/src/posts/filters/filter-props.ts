import type { PostsView } from '../search.ts';

/** The input of a filter: the current view, and a function that changes it. */
export type FilterProps = {
  view: PostsView;
  onChange: (change: Partial<PostsView>) => void;
};
