import { type Share as ShareRow, listShares, shareUrl } from '../../access/shares.ts';
import { builder } from '../../graphql/builder.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';

const idOf = (shareId: number): string => encodeGlobalId('Share', String(shareId));

export const Share = builder.objectRef<ShareRow>('Share').implement({
  description: 'A page of the dashboard that anyone with its link can view without a key until it expires.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of this share, for `revokeShare`.',
      resolve: ({ shareId }) => idOf(shareId),
    }),
    path: t.exposeString('path', { description: 'The path of the page on the server.' }),
    url: t.string({
      description: 'The link, as a path on the server: the path of the page with the token of the share.',
      resolve: (share, _args, { db }) => shareUrl({ db }, share),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created.',
      resolve: (share) => share.createdAt,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the link expires.',
      resolve: (share) => share.expiresAt,
    }),
  }),
});

builder.queryField('shares', (t) =>
  t.field({
    type: [Share],
    description: 'The shares that have not expired or been revoked, newest first: 1,000 at most.',
    resolve: (_root, _args, { db, now }) => listShares({ db, now }),
  }),
);
