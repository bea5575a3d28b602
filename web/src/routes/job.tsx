import { NotYet } from '../shell/failures.tsx';

/** The page Job. */
export function Page() {
  return <NotYet title="Job" />;
}
