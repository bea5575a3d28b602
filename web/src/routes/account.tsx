import { NotYet } from '../shell/failures.tsx';

/** The page Account. */
export function Page() {
  return <NotYet title="Account" />;
}
