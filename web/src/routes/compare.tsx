import { NotYet } from '../shell/failures.tsx';

/** The page Compare. */
export function Page() {
  return <NotYet title="Compare" />;
}
