import { NotYet } from '../shell/failures.tsx';

/** The page Jobs. */
export function Page() {
  return <NotYet title="Jobs" />;
}
