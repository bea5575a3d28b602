import { PostsPage } from '../posts/posts-page.tsx';

/** The page Posts. */
export function Page() {
  return <PostsPage />;
}
