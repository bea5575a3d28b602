import { ConversationPage } from '../conversations/conversation-page.tsx';

/** The page Conversation. */
export function Page() {
  return <ConversationPage />;
}
