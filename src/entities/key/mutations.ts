import { createKey, type Key, revokeKey } from '../../access/keys.ts';
import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { BadInputError, NotFoundError } from '../../shared/errors.ts';
import { rowIdOf } from '../../shared/global-id.ts';
import { ApiKey, KeyScope } from './fields.ts';

const longestMs = 3_650 * 86_400_000;

const CreatedKey = builder.objectRef<Key & { readonly token: string }>('CreatedKey').implement({
  description: 'A key that was just created.',
  fields: (t) => ({
    token: t.exposeString('token', {
      description:
        'The key itself, for `Authorization: Bearer`. It is shown only here: the server stores its hash.',
    }),
    key: t.field({
      type: ApiKey,
      description: 'The key as the list of keys shows it.',
      resolve: (key) => key,
    }),
  }),
});

builder.mutationField('createKey', (t) =>
  t.field({
    type: CreatedKey,
    extensions: needs('admin'),
    description:
      'Creates a key of the API. The first one closes a server that was open to this machine: from then on every ' +
      'request needs a key. BAD_INPUT when the name is invalid or another key has it, and when 1,000 keys exist, ' +
      'with revoked ones.',
    args: {
      name: t.arg.string({
        required: true,
        description:
          'It begins with a letter and has up to 60 letters, digits, spaces, dots, dashes or underscores.',
      }),
      scope: t.arg({ type: KeyScope, required: true, defaultValue: 'read', description: 'What it allows.' }),
      expiresIn: t.arg({
        type: 'Duration',
        description: 'How long it can be used, P3650D at most. Null: until it is revoked.',
      }),
    },
    resolve: async (_root, { name, scope, expiresIn }, { db, now }) => {
      if (expiresIn != null && expiresIn > longestMs) {
        throw new BadInputError('A key can be used for P3650D at most, or until it is revoked');
      }
      const expiresAt = expiresIn == null ? null : new Date(now.getTime() + expiresIn);
      const { key, token } = await createKey({ db, now }, { name, scope, expiresAt });
      return { ...key, token };
    },
  }),
);

builder.mutationField('revokeKey', (t) =>
  t.field({
    type: ApiKey,
    extensions: needs('admin'),
    description:
      'Revokes a key: every server refuses it within two seconds and closes its subscriptions. When all keys are ' +
      'revoked or expired, the server stays closed. NOT_FOUND when there is no such key or it is revoked already.',
    args: { id: t.arg.globalID({ required: true, description: 'The key.' }) },
    resolve: (_root, { id: { typename, id } }, { db, now }) => {
      if (typename !== 'ApiKey' || rowIdOf(id) === null) throw new NotFoundError('No such key');
      return revokeKey({ db, now }, id);
    },
  }),
);
