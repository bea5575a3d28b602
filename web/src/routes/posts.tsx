import { NotYet } from '../shell/failures.tsx';

/** The page Posts. */
export function Page() {
  return <NotYet title="Posts" />;
}
