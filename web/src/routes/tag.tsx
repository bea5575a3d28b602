import { NotYet } from '../shell/failures.tsx';

/** The page Hashtag. */
export function Page() {
  return <NotYet title="Hashtag" />;
}
