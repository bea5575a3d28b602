import { NotYet } from '../shell/failures.tsx';

/** The page Post. */
export function Page() {
  return <NotYet title="Post" />;
}
