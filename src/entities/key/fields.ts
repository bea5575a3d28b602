import { isUsable, type Key, listKeys } from '../../access/keys.ts';
import { builder } from '../../graphql/builder.ts';
import { needs } from '../../graphql/guard.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import { scopes } from '../../shared/scope.ts';

export const KeyScope = builder.enumType('KeyScope', {
  description: 'What a key allows. Each scope includes those before it.',
  values: {
    READ: { value: 'read', description: scopes.read.description },
    WRITE: { value: 'write', description: scopes.write.description },
    ADMIN: { value: 'admin', description: scopes.admin.description },
  } as const,
});

const KeyState = builder.enumType('KeyState', {
  description: 'Whether a key can be used.',
  values: {
    IN_USE: { value: 'IN_USE', description: 'It is accepted.' },
    EXPIRED: { value: 'EXPIRED', description: 'It has expired.' },
    REVOKED: { value: 'REVOKED', description: 'It was revoked.' },
  } as const,
});

export const ApiKey = builder.objectRef<Key>('ApiKey').implement({
  description: 'A key of the API. The key itself is not stored: createKey shows it once.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of this key, for `revokeKey`.',
      resolve: ({ keyId }) => encodeGlobalId('ApiKey', String(keyId)),
    }),
    name: t.exposeString('name', { description: "The key's name, in this list and in the log." }),
    scope: t.field({ type: KeyScope, description: 'What it allows.', resolve: ({ scope }) => scope }),
    state: t.field({
      type: KeyState,
      description: 'Whether it can be used now.',
      resolve: (key, _args, { now }) => {
        if (key.revokedAt !== null) return 'REVOKED';
        return isUsable(key, now) ? 'IN_USE' : 'EXPIRED';
      },
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created.',
      resolve: ({ createdAt }) => createdAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it expires; null when it does not.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null when it never was.',
      resolve: ({ lastUsedAt }) => lastUsedAt,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null when it was not.',
      resolve: ({ revokedAt }) => revokedAt,
    }),
  }),
});

builder.queryField('keys', (t) =>
  t.field({
    type: [ApiKey],
    extensions: needs('admin'),
    description:
      'All keys, newest first, with revoked and expired ones: 1,000 at most. The key of API_KEY is not listed. Needs a ' +
      'key with scope admin.',
    resolve: (_root, _args, { db }) => listKeys({ db }),
  }),
);
