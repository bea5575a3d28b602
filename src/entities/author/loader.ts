import type DataLoader from 'dataloader';
import type { Context } from '../../graphql/context.ts';
import {
  type AuthorIdentity,
  type AuthorKey,
  type AuthorName,
  type AuthorRow,
  findAuthorIds,
  findAuthors,
  findAuthorsOfAll,
} from './query.ts';
import { createLoader } from '../../graphql/loader.ts';

const keyText = (key: AuthorKey) => `${key.streamId}:${key.authorId}`;

/** Loads authors as a stream knows them; null when the stream has no author with that id. */
export const authorLoader = ({ db, reads }: Context): DataLoader<AuthorKey, AuthorRow | null, string> =>
  createLoader(
    async (keys) => {
      for (const { streamId } of keys) reads.stream(streamId);
      const found = new Map((await findAuthors(db, keys)).map((author) => [keyText(author), author]));
      return keys.map((key) => found.get(keyText(key)) ?? null);
    },
    { cacheKeyFn: keyText },
  );

const nameText = ({ streamId, handle }: AuthorName) => `${streamId}:${handle}`;

/** Loads the ids of those who have a name in a stream now; none when nobody has. */
export const authorIdsLoader = ({ db }: Context): DataLoader<AuthorName, readonly string[], string> =>
  createLoader(
    async (names) => {
      const found = await findAuthorIds(db, names);
      return names.map((name) => {
        const own = found.filter((author) => nameText(author) === nameText(name));
        return own.map(({ authorId }) => authorId);
      });
    },
    { cacheKeyFn: nameText },
  );

const identityText = ({ platform, authorId }: AuthorIdentity) => `${platform}:${authorId}`;

/** Loads authors as the stream that saw them last knows them; null when no stream has them. */
export const authorOfAllLoader = ({
  db,
  reads,
}: Context): DataLoader<AuthorIdentity, AuthorRow | null, string> =>
  createLoader(
    async (keys) => {
      reads.all();
      const found = new Map(
        (await findAuthorsOfAll(db, keys)).map((author) => [identityText(author), author]),
      );
      return keys.map((key) => found.get(identityText(key)) ?? null);
    },
    { cacheKeyFn: identityText },
  );
