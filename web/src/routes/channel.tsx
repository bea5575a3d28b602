import { NotYet } from '../shell/failures.tsx';

/** The page Channel. */
export function Page() {
  return <NotYet title="Channel" />;
}
