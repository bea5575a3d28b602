import { ConversationsPage } from '../conversations/conversations-page.tsx';

/** The page Conversations. */
export function Page() {
  return <ConversationsPage />;
}
