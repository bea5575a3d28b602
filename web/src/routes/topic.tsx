import { NotYet } from '../shell/failures.tsx';

/** The page Topic. */
export function Page() {
  return <NotYet title="Topic" />;
}
