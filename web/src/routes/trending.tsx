import { NotYet } from '../shell/failures.tsx';

/** The page Trending. */
export function Page() {
  return <NotYet title="Trending" />;
}
