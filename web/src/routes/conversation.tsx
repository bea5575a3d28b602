import { NotYet } from '../shell/failures.tsx';

/** The page Conversation. */
export function Page() {
  return <NotYet title="Conversation" />;
}
