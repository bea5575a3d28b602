import { NotYet } from '../shell/failures.tsx';

/** The page System. */
export function Page() {
  return <NotYet title="System" />;
}
