import { NotYet } from '../shell/failures.tsx';

/** The page Conversations. */
export function Page() {
  return <NotYet title="Conversations" />;
}
