/** The author of a post. The id is the platform's; null when only the handle is known. */
export type AuthorRef = {
  readonly platformId: string | null;
  readonly handle: string;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
};
