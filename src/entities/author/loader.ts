import DataLoader from 'dataloader';
import type { Context } from '../../graphql/context.ts';
import { type AuthorKey, type AuthorRow, findAuthors } from './query.ts';

const keyText = (key: AuthorKey) => `${key.streamId}:${key.authorId}`;

/** Authors as a stream knows them; null where it knows none of that id. */
export const authorLoader = ({ db }: Context): DataLoader<AuthorKey, AuthorRow | null, string> =>
  new DataLoader(
    async (keys) => {
      const found = new Map((await findAuthors(db, keys)).map((author) => [keyText(author), author]));
      return keys.map((key) => found.get(keyText(key)) ?? null);
    },
    { cacheKeyFn: keyText },
  );
